//! What stands on one's own page.

use super::{TestApp, applied, control};

/// What describes the control, with one address that is none of the web.
const ABOUT: &str = r#"
links = [
  { title = "Top Ten", url = "https://owasp.example/top-ten" },
  { title = "A trap", url = "javascript:alert(1)" },
]
"#;

#[test]
fn what_there_is_to_read_and_where_to_say_what_one_thinks_stand_on_ones_page() {
    let test = TestApp::new();
    let before = test.get("engineer", "/").body;
    assert!(!before.contains("To read:") && !before.contains("Tell us what you think"), "{before}");
    applied(&test, &format!("{}{ABOUT}feedback_form = \"https://forms.example/course\"\n", control()));
    let page = test.get("engineer", "/").body;
    assert!(page.contains("<a href=\"https://owasp.example/top-ten\" rel=\"noopener\">Top Ten</a>"), "{page}");
    assert!(
        page.contains("<a href=\"https://forms.example/course\" rel=\"noopener\">Tell us what you think</a>"),
        "{page}"
    );
    assert!(!page.contains("A trap") && !page.contains("javascript:"), "{page}");
}

#[test]
fn without_a_link_to_the_course_the_first_button_says_that_it_was_taken() {
    let test = TestApp::new();
    applied(&test, &format!("{}course_links = {{ full = \"javascript:alert(1)\" }}\n", control()));
    let page = test.get_as("E2", "/").body;
    assert!(page.contains("<button>I have taken the full course</button>"), "{page}");
    assert!(!page.contains("Open the full course") && !page.contains("javascript:"), "{page}");
}
