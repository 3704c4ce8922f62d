//! The command line, as transcripts.

#[test]
fn the_command_line_says_what_its_transcripts_say() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}
