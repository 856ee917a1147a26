//! How people reach it: the `keepsharp` command, its settings and the demo company.

pub mod cli;
mod clock;
mod connect;
mod course_folder;
mod course_preview;
pub mod course_run;
mod course_shelf;
mod credential;
pub mod demo;
mod evidence;
mod installation;
mod packs;
mod runtime;
mod settings;
pub(crate) mod web;
mod work;
