//! What time it is: the only place that reads the clock.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use keepsharp_domain::{Day, World};

/// The instant.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// Today in the organisation's time zone.
pub(crate) fn today(world: &World) -> Day {
    day_of(world, now())
}

/// The day of an instant in the organisation's time zone.
pub(crate) fn day_of(world: &World, at: Timestamp) -> Day {
    at.to_zoned(zone(world)).date()
}

/// The organisation's time zone; UTC where none is defined.
pub(crate) fn zone(world: &World) -> TimeZone {
    let zone = world.organisation().and_then(|organisation| TimeZone::get(&organisation.time_zone).ok());
    zone.unwrap_or(TimeZone::UTC)
}
