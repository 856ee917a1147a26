//! The public lists that a course is held against, with the ids and titles of their rows.

/// A list.
#[derive(Debug, PartialEq, Eq)]
pub struct Standard {
    /// In short.
    pub id: &'static str,
    /// With its edition.
    pub title: &'static str,
    /// Whether its rows are all rows of the list, so that one without a lesson needs a reason.
    pub is_whole: bool,
    /// In the list's order.
    pub rows: &'static [Row],
}

/// A row of a list.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// As lessons name it; no two lists share one.
    pub id: &'static str,
    /// What it is about.
    pub title: &'static str,
}

/// All lists, in the order in which they are shown.
pub const STANDARDS: [Standard; 9] = [
    Standard { id: "owasp", title: "OWASP Top 10:2025", is_whole: true, rows: &OWASP_TOP_10 },
    Standard { id: "cwe", title: "CWE Top 25 of 2025", is_whole: true, rows: &CWE_TOP_25 },
    Standard { id: "api", title: "OWASP API Security Top 10:2023", is_whole: true, rows: &API_TOP_10 },
    Standard { id: "llm", title: "OWASP Top 10 for LLM Applications 2025", is_whole: true, rows: &LLM_TOP_10 },
    Standard { id: "asi", title: "OWASP Top 10 for Agentic Applications 2026", is_whole: true, rows: &AGENTIC_TOP_10 },
    Standard { id: "pci", title: "PCI DSS 4.0.1, requirement 6.2.4", is_whole: true, rows: &PCI_6_2_4 },
    Standard { id: "asvs", title: "OWASP ASVS 5.0, chapters", is_whole: true, rows: &ASVS_5 },
    Standard { id: "proactive", title: "OWASP Proactive Controls 2024", is_whole: true, rows: &PROACTIVE_CONTROLS },
    Standard { id: "further", title: "Further requirements that lessons name", is_whole: false, rows: &FURTHER },
];

/// The row with this id.
pub fn row(id: &str) -> Option<&'static Row> {
    STANDARDS.iter().flat_map(|standard| standard.rows).find(|row| row.id == id)
}

const fn of(id: &'static str, title: &'static str) -> Row {
    Row { id, title }
}

const OWASP_TOP_10: [Row; 10] = [
    of("A01", "Broken Access Control"),
    of("A02", "Security Misconfiguration"),
    of("A03", "Software Supply Chain Failures"),
    of("A04", "Cryptographic Failures"),
    of("A05", "Injection"),
    of("A06", "Insecure Design"),
    of("A07", "Authentication Failures"),
    of("A08", "Software or Data Integrity Failures"),
    of("A09", "Security Logging & Alerting Failures"),
    of("A10", "Mishandling of Exceptional Conditions"),
];

const CWE_TOP_25: [Row; 25] = [
    of("CWE-79", "Cross-site scripting"),
    of("CWE-89", "SQL injection"),
    of("CWE-352", "Cross-site request forgery"),
    of("CWE-862", "Missing authorization"),
    of("CWE-787", "Out-of-bounds write"),
    of("CWE-22", "Path traversal"),
    of("CWE-416", "Use after free"),
    of("CWE-125", "Out-of-bounds read"),
    of("CWE-78", "OS command injection"),
    of("CWE-94", "Code injection"),
    of("CWE-120", "Classic buffer overflow"),
    of("CWE-434", "Unrestricted upload of file with dangerous type"),
    of("CWE-476", "Null pointer dereference"),
    of("CWE-121", "Stack-based buffer overflow"),
    of("CWE-502", "Deserialization of untrusted data"),
    of("CWE-122", "Heap-based buffer overflow"),
    of("CWE-863", "Incorrect authorization"),
    of("CWE-20", "Improper input validation"),
    of("CWE-284", "Improper access control"),
    of("CWE-200", "Exposure of sensitive information"),
    of("CWE-306", "Missing authentication for critical function"),
    of("CWE-918", "Server-side request forgery"),
    of("CWE-77", "Command injection"),
    of("CWE-639", "Authorization bypass through user-controlled key"),
    of("CWE-770", "Allocation of resources without limits or throttling"),
];

const API_TOP_10: [Row; 10] = [
    of("API1", "Broken Object Level Authorization"),
    of("API2", "Broken Authentication"),
    of("API3", "Broken Object Property Level Authorization"),
    of("API4", "Unrestricted Resource Consumption"),
    of("API5", "Broken Function Level Authorization"),
    of("API6", "Unrestricted Access to Sensitive Business Flows"),
    of("API7", "Server Side Request Forgery"),
    of("API8", "Security Misconfiguration"),
    of("API9", "Improper Inventory Management"),
    of("API10", "Unsafe Consumption of APIs"),
];

const LLM_TOP_10: [Row; 10] = [
    of("LLM01", "Prompt Injection"),
    of("LLM02", "Sensitive Information Disclosure"),
    of("LLM03", "Supply Chain"),
    of("LLM04", "Data and Model Poisoning"),
    of("LLM05", "Improper Output Handling"),
    of("LLM06", "Excessive Agency"),
    of("LLM07", "System Prompt Leakage"),
    of("LLM08", "Vector and Embedding Weaknesses"),
    of("LLM09", "Misinformation"),
    of("LLM10", "Unbounded Consumption"),
];

const AGENTIC_TOP_10: [Row; 10] = [
    of("ASI01", "Agent Goal Hijack"),
    of("ASI02", "Tool Misuse and Exploitation"),
    of("ASI03", "Identity and Privilege Abuse"),
    of("ASI04", "Agentic Supply Chain Vulnerabilities"),
    of("ASI05", "Unexpected Code Execution (RCE)"),
    of("ASI06", "Memory and Context Poisoning"),
    of("ASI07", "Insecure Inter-Agent Communication"),
    of("ASI08", "Cascading Failures"),
    of("ASI09", "Human-Agent Trust Exploitation"),
    of("ASI10", "Rogue Agents"),
];

// The standard's text is not ours to copy; the titles of requirements are our words.
const PCI_6_2_4: [Row; 6] = [
    of("PCI 6.2.4a", "Injection"),
    of("PCI 6.2.4b", "Data and data structures"),
    of("PCI 6.2.4c", "Use of cryptography"),
    of("PCI 6.2.4d", "Business logic, with XSS and CSRF"),
    of("PCI 6.2.4e", "Access-control mechanisms"),
    of("PCI 6.2.4f", "Whatever was ranked high-risk under 6.3.1"),
];

const ASVS_5: [Row; 17] = [
    of("V1", "Encoding and Sanitization"),
    of("V2", "Validation and Business Logic"),
    of("V3", "Web Frontend Security"),
    of("V4", "API and Web Service"),
    of("V5", "File Handling"),
    of("V6", "Authentication"),
    of("V7", "Session Management"),
    of("V8", "Authorization"),
    of("V9", "Self-contained Tokens"),
    of("V10", "OAuth and OIDC"),
    of("V11", "Cryptography"),
    of("V12", "Secure Communication"),
    of("V13", "Configuration"),
    of("V14", "Data Protection"),
    of("V15", "Secure Coding and Architecture"),
    of("V16", "Security Logging and Error Handling"),
    of("V17", "WebRTC"),
];

const PROACTIVE_CONTROLS: [Row; 10] = [
    of("C1", "Access Control"),
    of("C2", "Cryptography"),
    of("C3", "Validate Input & Handle Exceptions"),
    of("C4", "Security from the Start"),
    of("C5", "Secure by Default Configurations"),
    of("C6", "Keep Components Secure"),
    of("C7", "Digital Identities"),
    of("C8", "Browser Security Features"),
    of("C9", "Logging and Monitoring"),
    of("C10", "Stop SSRF"),
];

/// Some rows of long lists: those that our lessons answer. In our words where a list's own are not ours to copy.
const FURTHER: [Row; 11] = [
    of("PCI 6.2.3", "Code is reviewed before release (PCI DSS 4.0.1)"),
    of("PCI 6.2.3.1", "Reviewers know review techniques and secure coding (PCI DSS 4.0.1)"),
    of("SSDF PW.1", "Design software to meet security requirements and mitigate risks (NIST SP 800-218)"),
    of("SSDF PS.2", "Provide a mechanism for verifying release integrity (NIST SP 800-218)"),
    of("SSDF PS.3", "Archive and protect each release (NIST SP 800-218)"),
    of("SSDF RV.1", "Identify and confirm vulnerabilities on an ongoing basis (NIST SP 800-218)"),
    of("SSDF RV.2", "Assess, prioritize and remediate vulnerabilities (NIST SP 800-218)"),
    of("SSDF RV.3", "Analyze vulnerabilities to identify their root causes (NIST SP 800-218)"),
    of("AT-3c", "Lessons learned from incidents are built into training (NIST SP 800-53 r5)"),
    of("SAMM D-SR", "Design: security requirements (OWASP SAMM)"),
    of("ISO A.8.2", "Privileged access rights (ISO/IEC 27001:2022)"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_lists_are_as_long_as_their_publishers_say() {
        let lengths = STANDARDS.iter().map(|standard| (standard.id, standard.rows.len())).collect::<Vec<_>>();
        let whole = [("owasp", 10), ("cwe", 25), ("api", 10), ("llm", 10), ("asi", 10), ("pci", 6), ("asvs", 17)];
        assert_eq!(lengths.get(..7).unwrap(), whole);
        assert_eq!(lengths.get(7).unwrap(), &("proactive", 10));
    }

    #[test]
    fn an_id_names_one_row_of_one_list() {
        let ids: Vec<&str> = STANDARDS.iter().flat_map(|standard| standard.rows).map(|row| row.id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(row("LLM06").unwrap().title, "Excessive Agency");
        for unknown in ["", "LLM6", "llm06", "LLM11", "V18", "A01 ", "PCI 6.2.4", "CWE-1"] {
            assert_eq!(row(unknown), None, "{unknown:?}");
        }
    }
}
