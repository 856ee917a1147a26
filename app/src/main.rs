//! The `keepsharp` command.

fn main() -> std::process::ExitCode {
    keepsharp_app::cli::main()
}
