//! Is this the one spelling of a UTC instant that a fact may carry?

/// Whether the text is `YYYY-MM-DDThh:mm:ss.mmmZ` and names a real instant (RFC 3339 section 5.6).
///
/// With one width and one zone, comparing the texts compares the instants. Leap seconds (`:60`) are refused: clocks we read do not
/// show them, and calendars disagree on them.
pub(crate) fn is_instant(text: &str) -> bool {
    const FORM: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
    let Ok(bytes) = <&[u8; 24]>::try_from(text.as_bytes()) else {
        return false;
    };
    let shaped =
        bytes.iter().zip(FORM).all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form });
    if !shaped {
        return false;
    }
    let [y1, y2, y3, y4, _, mo1, mo2, _, d1, d2, _, h1, h2, _, mi1, mi2, _, s1, s2, ..] = bytes;
    let number = |digits: &[&u8]| digits.iter().fold(0_u32, |sum, digit| sum * 10 + u32::from(**digit - b'0'));
    (1..=days_in(number(&[y1, y2, y3, y4]), number(&[mo1, mo2]))).contains(&number(&[d1, d2]))
        && number(&[h1, h2]) < 24
        && number(&[mi1, mi2]) < 60
        && number(&[s1, s2]) < 60
}

/// The number of days of a month; 0 if there is no such month.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::is_instant;

    #[test]
    fn real_instants_are_taken() {
        for text in [
            "2026-03-01T09:30:00.000Z",
            "2024-02-29T23:59:59.999Z",
            "2000-02-29T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
        ] {
            assert!(is_instant(text), "{text}");
        }
    }

    #[test]
    fn dates_and_times_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-29T09:30:00.000Z",
            "1900-02-29T09:30:00.000Z",
            "2026-04-31T09:30:00.000Z",
            "2026-00-01T09:30:00.000Z",
            "2026-13-01T09:30:00.000Z",
            "2026-01-00T09:30:00.000Z",
            "2026-01-32T09:30:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T09:60:00.000Z",
            "2016-12-31T23:59:60.000Z",
        ] {
            assert!(!is_instant(text), "{text}");
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "2026-03-01",
            "2026-03-01T09:30:00Z",
            "2026-03-01T09:30:00.00Z",
            "2026-03-01T09:30:00.0000Z",
            "2026-03-01T09:30:00.000z",
            "2026-03-01t09:30:00.000Z",
            "2026-03-01 09:30:00.000Z",
            "2026-03-01T09:30:00,000Z",
            "2026-03-01T09:30:00.000+00:00",
            "+026-03-01T09:30:00.000Z",
            " 026-03-01T09:30:00.000Z",
            "2026-03-01T09:30:00.٠0Z",
        ] {
            assert!(!is_instant(text), "{text}");
        }
    }
}
