//! What every drawing must be, checked in tests.

use super::Caption;

pub(crate) const CAPTION: Caption =
    Caption { id: "c1", title: "Trained <engineers> & \"others\"", description: "Rises to 82.4 %." };

/// Well-formed, with one root, without inline styles, scripts, handlers, links or numbers that are none.
pub(crate) fn check(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some((text, after)) = rest.split_once('<') {
        check_text(text);
        let (tag, after) = after.split_once('>').expect("a tag that is closed");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{svg}");
        } else {
            let name = tag.split([' ', '/']).next().unwrap();
            let drawn = ["svg", "g", "title", "desc", "path", "rect", "circle", "text"];
            assert!(drawn.contains(&name), "{name} in {svg}");
            check_attributes(tag.strip_prefix(name).unwrap().trim_end_matches('/'));
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        rest = after;
        assert!(!open.is_empty() || rest.is_empty(), "more than one root: {rest}");
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} left open before {rest:?}");
}

fn check_text(text: &str) {
    for (place, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"].iter().any(|entity| text[place..].starts_with(entity));
        assert!(known, "{text}");
    }
    assert!(!text.contains('>'), "{text}");
}

fn check_attributes(attributes: &str) {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = attributes.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").expect("an attribute has a quoted value");
        let (value, after) = after.split_once('"').expect("a quotation mark closes");
        assert!(!names.contains(&name) && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-'), "{attributes}");
        assert!(after.is_empty() || after.starts_with(' '), "{attributes}");
        assert!(name != "style" && !name.starts_with("on"), "{attributes}");
        assert!(!value.contains("NaN") && !value.contains("inf"), "{attributes}");
        check_text(value);
        names.push(name);
        rest = after.trim_start();
    }
}
