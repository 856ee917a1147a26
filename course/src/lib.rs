//! What is taught, and what somebody has learned of it: a course's files read, checked and rendered, and the rules of learning.
//!
//! No input or output, no clock, no randomness: files come in as bytes, days and seeds as arguments.

pub mod change;
pub mod check;
pub mod coverage;
pub mod examples;
pub mod exchange;
pub mod exercise;
pub mod files;
pub mod finding;
pub mod forgetting;
pub mod grade;
pub mod issues;
pub mod learner;
pub mod lesson_plan;
pub mod lock;
pub mod model;
pub mod read;
pub mod render;
pub mod shares;
pub mod sitting;
pub mod standards;
pub mod starter;
pub mod statistics;
pub mod taxonomy;
pub mod told;
pub mod uptake;

pub use files::{CourseFiles, Version};
pub use finding::{Finding, Weight};
pub use model::{Course, Item, Lesson, Module};
