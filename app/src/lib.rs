//! How people reach it: the `keepsharp` command, its settings and the demo company.

pub mod cli;
mod clock;
mod connect;
pub mod demo;
mod installation;
mod settings;
pub(crate) mod web;
