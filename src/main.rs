fn main() -> std::process::ExitCode {
    hopfold::cli::main()
}
