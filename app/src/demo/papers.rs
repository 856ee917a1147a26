//! The programme that the demo company wrote down: two versions of its control, and a campaign for each round.

use super::timeline::{Round, Timeline};

/// Product engineers and product security managers, as first written.
const FIRST_SCOPE: &str = r#"(
  ("Development" in departments || "Quality" in departments)
  && title.matches("(?i)\\bengineer\\b")
  && !title.matches("(?i)\\b(manager|director|vp)\\b")
)
|| title.startsWith("Product Manager, Security") || title.startsWith("Senior Product Manager, Security")"#;

/// A year on: who keeps production running, and whoever else writes product code.
const SECOND_SCOPE: &str = r#"(
  ("Development" in departments || "Quality" in departments)
  && title.matches("(?i)\\bengineer\\b")
  && !title.matches("(?i)\\b(manager|director|vp)\\b")
)
|| ("Infrastructure" in departments && title.contains("Site Reliability Engineer"))
|| title.startsWith("Product Manager, Security") || title.startsWith("Senior Product Manager, Security")
|| "product-code" in labels"#;

const HEAD: &str = r#"# What we ask of the people who build our product. Applied with: keepsharp apply programme.toml

[organisation]
name = "Larkfield"
fiscal_year_starts = "02-01"
time_zone = "Europe/Lisbon"

[privacy]
smallest_group = 3

[[controls]]
id = "TRN.2.01"
title = "Developer Security Training"
"#;

const CONTROL: &str = r#"statement = "Larkfield software engineers complete secure coding training every year."
context = """
The goal is a baseline of competency, and room to go on learning, for the roles that shape the product most. We encourage;
we do not police. What we learn from our own incidents finds its way into the course."""
guidance = """
People Operations delivers the course, the security team writes it. The control owner looks every quarter whether everybody
in scope has had their training, and reports to management. Managers encourage their teams and tell us how far they are."""
owner = "Security Compliance"
process_owners = { "Training content" = "Product Security", "Training delivery" = "People Operations" }
frameworks = { "SOC 2" = ["CC1.4"], "ISO/IEC 27001:2022" = ["A.6.3", "A.8.28"], "PCI DSS 4.0" = ["6.2.2"] }
links = [
  { title = "OWASP Top Ten", url = "https://owasp.org/www-project-top-ten/" },
  { title = "OWASP Cheat Sheet Series", url = "https://cheatsheetseries.owasp.org/" },
]
cadence = { every_months = 12 }
new_hire_days = 30
return_days = 30
accepts = "acknowledged"
courses = { full = "secure-coding", refresher = "secure-coding-refresher" }
minutes = { full = 90, refresher = 20 }
"#;

const TRACKS: &str = r#"
[[tracks]]
id = "security-pm"
title = "Product security managers"
rule = '''title.contains("Product Manager")'''

[[tracks]]
id = "sre"
title = "Site reliability"
rule = '''title.contains("Site Reliability Engineer") || title.contains("Database Reliability Engineer")'''

[[tracks]]
id = "frontend"
title = "Frontend"
rule = '''title.contains("Frontend") || title.contains("Mobile") || title.contains("UX Engineer")'''

[[tracks]]
id = "backend"
title = "Backend"
rule = '''title.matches("(?i)\\bengineer\\b")'''
"#;

/// The programme as first written.
pub(super) fn first_programme() -> String {
    format!("{HEAD}{CONTROL}scope = '''\n{FIRST_SCOPE}'''\n{TRACKS}")
}

/// The programme a year on, with the second version of the scope rule.
pub(super) fn second_programme(timeline: &Timeline, month: usize) -> String {
    format!("{HEAD}from = \"{}\"\n{CONTROL}scope = '''\n{SECOND_SCOPE}'''\n{TRACKS}", timeline.month(month))
}

/// The campaign of a round.
pub(super) fn campaign(round: &Round) -> String {
    format!(
        "[[campaigns]]\nid = \"{}\"\ntitle = \"{}\"\ncontrol = \"TRN.2.01\"\nopens = \"{}\"\ncloses = \"{}\"\n\
         counts_since = \"{}\"\nobjective = 0.9\n",
        round.id, round.title, round.opens, round.closes, round.counts_since
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_in_the_programme_is_one_that_a_visitor_can_open() {
        let text = first_programme();
        let addresses: Vec<&str> = text.split('"').filter(|part| part.starts_with("http")).collect();
        assert_eq!(addresses, ["https://owasp.org/www-project-top-ten/", "https://cheatsheetseries.owasp.org/"]);
        assert!(!text.contains("course_links") && !text.contains("feedback_form"));
    }
}
