//! How the demo company is built: its units, who leads them, whose work is done in them, and how large they grow.

/// A part of the company with one lead.
pub(super) struct Unit {
    pub(super) name: &'static str,
    /// As the roster writes them, without the unit's own name.
    pub(super) departments: &'static str,
    /// Name of the unit to whose lead this unit's lead reports; none for the whole company.
    pub(super) parent: &'static str,
    pub(super) lead: &'static str,
    /// Titles of those who work in it, without rank, in the order in which places are filled.
    pub(super) crew: &'static [&'static str],
    /// People in it at first and in the end, the lead apart.
    pub(super) size: (usize, usize),
    /// The month in which it is founded.
    pub(super) founded: usize,
}

const BACK: &str = "Backend Engineer";
const FRONT: &str = "Frontend Engineer";
const FULL: &str = "Fullstack Engineer";
const MOBILE: &str = "Mobile Engineer";
const RELIABILITY: &str = "Site Reliability Engineer";
const DATABASE: &str = "Database Reliability Engineer";
const TESTER: &str = "Software Engineer in Test";
const SECURITY: &str = "Security Engineer";
/// Title of the product managers whom the control applies to.
pub(super) const SECURITY_PM: &str = "Product Manager, Security";
const PM: &str = "Product Manager";

const SERVICES: &[&str] = &[BACK, BACK, FRONT, BACK, FULL];
const SCREENS: &[&str] = &[FRONT, BACK, FRONT, FULL];
const DEEP: &[&str] = &[BACK, BACK, BACK, FULL];

const DEVELOPMENT: &str = "Engineering; Development";
const INFRASTRUCTURE: &str = "Engineering; Infrastructure";
const QUALITY: &str = "Engineering; Quality";

const fn unit(
    name: &'static str,
    departments: &'static str,
    parent: &'static str,
    lead: &'static str,
    crew: &'static [&'static str],
    size: (usize, usize),
) -> Unit {
    Unit { name, departments, parent, lead, crew, size, founded: 0 }
}

const fn team(name: &'static str, parent: &'static str, crew: &'static [&'static str], size: (usize, usize)) -> Unit {
    unit(name, DEVELOPMENT, parent, "Engineering Manager", crew, size)
}

const fn founded(month: usize, mut unit: Unit) -> Unit {
    unit.founded = month;
    unit
}

/// Every unit, each after the one it belongs to.
#[rustfmt::skip]
pub(super) static UNITS: &[Unit] = &[
    unit("Larkfield", "Executive", "", "Chief Executive Officer", &["Chief of Staff", "Executive Assistant"], (1, 2)),
    unit("Engineering", "Engineering", "Larkfield", "VP of Engineering", &["Distinguished Engineer", "Program Manager, Engineering"], (1, 3)),

    unit("Commerce", DEVELOPMENT, "Engineering", "Director of Engineering", &[BACK], (1, 2)),
    team("Bookings", "Commerce", SERVICES, (8, 9)),
    team("Rates & Quotes", "Commerce", SERVICES, (7, 8)),
    team("Carriers", "Commerce", DEEP, (6, 7)),
    team("Customs", "Commerce", SERVICES, (4, 6)),
    team("Partner Portal", "Commerce", SCREENS, (6, 8)),
    founded(14, team("Marketplace", "Commerce", SERVICES, (4, 7))),

    unit("Visibility", DEVELOPMENT, "Engineering", "Director of Engineering", &[BACK], (1, 1)),
    team("Tracking", "Visibility", DEEP, (9, 11)),
    team("Maps & Routing", "Visibility", SCREENS, (7, 8)),
    team("Documents", "Visibility", SERVICES, (6, 7)),
    team("Notifications", "Visibility", SERVICES, (3, 5)),
    team("Reporting", "Visibility", SCREENS, (7, 8)),
    founded(22, team("Forecasting", "Visibility", DEEP, (3, 5))),

    unit("Money", DEVELOPMENT, "Engineering", "Director of Engineering", &[FULL], (1, 1)),
    team("Billing", "Money", SERVICES, (8, 9)),
    team("Payments", "Money", DEEP, (7, 8)),
    team("Invoicing", "Money", SERVICES, (5, 6)),
    team("Claims", "Money", SCREENS, (3, 4)),
    team("Subscriptions", "Money", SERVICES, (2, 2)),

    unit("Platform", DEVELOPMENT, "Engineering", "Director of Engineering", &[BACK], (2, 3)),
    team("Accounts & Access", "Platform", DEEP, (8, 9)),
    team("Public API", "Platform", DEEP, (6, 7)),
    team("Integrations", "Platform", DEEP, (9, 10)),
    team("Search", "Platform", SERVICES, (4, 6)),
    team("Data Import", "Platform", DEEP, (6, 7)),
    team("Web Platform", "Platform", SCREENS, (7, 8)),
    founded(9, team("Developer Experience", "Platform", DEEP, (4, 7))),
    team("Editor", "Platform", SCREENS, (1, 1)),

    unit("Warehouse", DEVELOPMENT, "Engineering", "Director of Engineering", &[FULL], (0, 1)),
    team("Inventory", "Warehouse", SERVICES, (8, 9)),
    team("Yard & Dock", "Warehouse", SERVICES, (6, 7)),
    team("Scanning", "Warehouse", &[MOBILE, BACK, MOBILE], (7, 8)),
    team("Returns", "Warehouse", SCREENS, (4, 6)),
    team("Picking", "Warehouse", SERVICES, (6, 7)),
    founded(18, team("Automation", "Warehouse", DEEP, (3, 6))),

    unit("Apps", DEVELOPMENT, "Engineering", "Senior Director of Engineering", &[MOBILE], (1, 1)),
    team("Driver App", "Apps", &[MOBILE, MOBILE, BACK], (8, 9)),
    team("Shipper Web", "Apps", SCREENS, (8, 9)),
    team("Design System", "Apps", &[FRONT], (4, 6)),
    founded(26, team("Offline", "Apps", &[MOBILE, BACK], (2, 3))),
    team("Accessibility", "Apps", &[FRONT], (2, 2)),

    unit("Quality", QUALITY, "Engineering", "Director of Quality", &[TESTER], (0, 1)),
    unit("Test Platform", QUALITY, "Quality", "Quality Engineering Manager", &[TESTER], (6, 7)),
    unit("Release Quality", QUALITY, "Quality", "Quality Engineering Manager", &[TESTER], (6, 7)),
    unit("Performance", QUALITY, "Quality", "Quality Engineering Manager", &[TESTER], (3, 4)),

    unit("Infrastructure", INFRASTRUCTURE, "Larkfield", "VP of Infrastructure", &[RELIABILITY], (1, 1)),
    unit("Compute", INFRASTRUCTURE, "Infrastructure", "Engineering Manager, Reliability", &[RELIABILITY], (7, 8)),
    unit("Storage & Databases", INFRASTRUCTURE, "Infrastructure", "Engineering Manager, Reliability", &[RELIABILITY, DATABASE], (6, 7)),
    unit("Observability", INFRASTRUCTURE, "Infrastructure", "Engineering Manager, Reliability", &[RELIABILITY], (4, 6)),
    unit("Networking & Edge", INFRASTRUCTURE, "Infrastructure", "Engineering Manager, Reliability", &[RELIABILITY], (4, 6)),
    unit("Delivery", INFRASTRUCTURE, "Infrastructure", "Senior Engineering Manager, Reliability", &[RELIABILITY], (7, 8)),

    unit("Security", "Security", "Larkfield", "VP of Security", &["Security Program Manager"], (1, 2)),
    unit("Product Security", "Security", "Security", "Security Engineering Manager", &[SECURITY], (6, 8)),
    unit("Security Operations", "Security", "Security", "Security Operations Manager", &[SECURITY, "Security Analyst"], (6, 7)),
    unit("Security Compliance", "Security", "Security", "Director of Security Compliance", &["Security Compliance Analyst"], (3, 5)),

    unit("Product", "Product", "Larkfield", "VP of Product", &["Product Operations Specialist"], (1, 2)),
    unit("Product, Commerce", "Product", "Product", "Group Product Manager", &[PM], (4, 6)),
    unit("Product, Platform", "Product", "Product", "Group Product Manager", &[PM, PM, PM, PM, PM, SECURITY_PM], (6, 7)),
    unit("Product, Warehouse", "Product", "Product", "Group Product Manager", &[PM], (3, 5)),
    unit("Product, Trust", "Product", "Product", "Director of Product", &[SECURITY_PM], (3, 5)),
    unit("UX", "Product; UX", "Product", "Director of UX", &["UX Researcher"], (2, 4)),
    unit("Product Design", "Product; UX", "UX", "Product Design Manager", &["Product Designer", "Product Designer", "UX Engineer"], (8, 10)),
    unit("Technical Writing", "Product; UX", "UX", "Technical Writing Manager", &["Technical Writer"], (3, 5)),

    unit("Sales", "Sales", "Larkfield", "Chief Revenue Officer", &["Sales Operations Analyst"], (2, 4)),
    unit("Sales, Europe", "Sales; Field", "Sales", "Regional Sales Director", &["Account Executive", "Account Executive", "Business Development Representative"], (16, 17)),
    unit("Sales, Americas", "Sales; Field", "Sales", "Regional Sales Director", &["Account Executive", "Business Development Representative"], (15, 16)),
    unit("Sales, Asia", "Sales; Field", "Sales", "Regional Sales Director", &["Account Executive", "Business Development Representative"], (7, 9)),
    unit("Solutions", "Sales; Solutions", "Sales", "Director of Solutions", &["Solutions Architect"], (7, 8)),
    unit("Customer Success", "Customer Success", "Sales", "Director of Customer Success", &["Customer Success Manager"], (12, 13)),
    unit("Support", "Customer Success; Support", "Customer Success", "Support Engineering Manager", &["Support Engineer"], (13, 14)),

    unit("Marketing", "Marketing", "Larkfield", "Chief Marketing Officer", &["Marketing Operations Manager"], (1, 2)),
    unit("Content & Brand", "Marketing; Brand", "Marketing", "Director of Brand", &["Content Marketer", "Brand Designer"], (6, 7)),
    unit("Growth", "Marketing; Growth", "Marketing", "Director of Growth", &["Campaign Manager", "Product Marketing Manager"], (7, 8)),

    unit("People", "People", "Larkfield", "Chief People Officer", &["People Partner", "Learning Specialist"], (4, 6)),
    unit("Talent", "People; Talent", "People", "Director of Talent", &["Recruiter", "Recruiting Coordinator"], (7, 8)),
    unit("Finance", "Finance", "Larkfield", "Chief Financial Officer", &["Financial Analyst", "Legal Counsel"], (4, 6)),
    unit("Accounting", "Finance; Accounting", "Finance", "Controller", &["Accountant", "Payroll Specialist"], (6, 7)),
    unit("Data & Analytics", "Finance; Business Technology", "Finance", "Director of Business Technology", &["Data Engineer", "Data Analyst", "IT Engineer"], (7, 9)),
];

/// Where people work.
pub(super) const LOCATIONS: &[&str] = &[
    "Lisbon, Portugal",
    "Lisbon, Portugal",
    "Porto, Portugal",
    "Berlin, Germany",
    "Amsterdam, Netherlands",
    "Kraków, Poland",
    "Dublin, Ireland",
    "Athens, Greece",
    "Lyon, France",
    "Kyiv, Ukraine",
    "Nairobi, Kenya",
    "Lagos, Nigeria",
    "Toronto, Canada",
    "Austin, United States",
    "São Paulo, Brazil",
    "Bengaluru, India",
    "Singapore",
    "Osaka, Japan",
    "Amman, Jordan",
    "Istanbul, Türkiye",
];

/// Place of a unit by name.
pub(super) fn unit_called(name: &str) -> Option<usize> {
    UNITS.iter().position(|unit| unit.name == name)
}

/// The unit at a place.
pub(super) fn unit_at(place: usize) -> Option<&'static Unit> {
    UNITS.get(place)
}

/// The unit to whose lead this unit's lead reports.
pub(super) fn parent_of(place: usize) -> Option<usize> {
    unit_at(place).and_then(|unit| unit_called(unit.parent))
}

impl Unit {
    /// How many people it is meant to have in a month, the lead apart.
    pub(super) fn target(&self, month: usize) -> usize {
        if month < self.founded {
            return 0;
        }
        let (first, last) = self.size;
        let (age, life) = (month - self.founded, super::timeline::LAST_MONTH.saturating_sub(self.founded).max(1));
        first + (last.saturating_sub(first) * age + life / 2) / life
    }

    /// Whether those who write the product work in it, its managers included.
    pub(super) fn builds(&self) -> bool {
        [DEVELOPMENT, QUALITY, INFRASTRUCTURE].contains(&self.departments)
    }

    /// Whether other units belong to it, so that only the senior work in it directly.
    pub(super) fn has_parts(&self) -> bool {
        UNITS.iter().any(|unit| unit.parent == self.name)
    }
}
