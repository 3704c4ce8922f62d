//! What people type when they look for a title, as posts are read: nothing but letters and digits,
//! in one case and form.

use super::normalize::Skeleton;

/// What counts of a text; nothing of one without a letter or digit.
pub fn letters(text: &str) -> String {
    let mut skeleton = Skeleton::default();
    skeleton.read(text);
    String::from_utf8_lossy(skeleton.bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_form_accents_and_spaces_do_not_count() {
        assert_eq!(letters("선재 업고"), letters("\u{1109}\u{1165}\u{11ab}재-업고"));
        assert_eq!(letters("Café Minamdang!"), "cafeminamdang");
        assert_eq!(letters("..."), "");
    }
}
