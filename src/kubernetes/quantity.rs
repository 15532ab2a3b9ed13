//! Quantities, Kubernetes' numbers with a suffix (`500m`, `1Gi`, `1e3`), and the names of resources that are measured
//! in them.

use std::ops::{Add, Sub};

use serde_json::Value;

/// An amount. Two quantities are equal if their amounts are: `1000m` and `1`, `1024Mi` and `1Gi`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity {
    /// Billionths of a unit, the smallest amount in Kubernetes.
    nano: i128,
}

/// Billionths in a unit.
const UNIT: u128 = 1_000_000_000;

/// The factor of a suffix.
#[derive(Clone, Copy)]
enum Suffix {
    /// 10 to this power.
    Decimal(i64),
    /// 2 to this power.
    Binary(u32),
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self { nano: 0 };

    /// Reads a quantity: a decimal number with an optional suffix, with optional white space around it. `None` if the
    /// text is something else.
    ///
    /// As in Kubernetes (apimachinery, `pkg/api/resource/quantity.go`), amounts are rounded away from zero to
    /// billionths, and amounts with a binary suffix are at most 2^63-1. Other than in Kubernetes, all amounts beyond
    /// 10^29 are equal.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let suffix = unsigned.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = &unsigned[..unsigned.len() - suffix.len()];
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let digits: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte - b'0')
            .collect();
        let nano = match Suffix::parse(suffix)? {
            Suffix::Decimal(power) => amount(&digits, whole.len(), power, UNIT),
            Suffix::Binary(power) => {
                const GREATEST: u128 = i64::MAX as u128 * UNIT;
                amount(&digits, whole.len(), 0, UNIT << power).min(GREATEST)
            }
        };
        let nano = i128::try_from(nano).unwrap_or(i128::MAX);
        Some(Self {
            nano: if text.starts_with('-') { -nano } else { nano },
        })
    }

    /// The quantity in a string or a number; `None` for other values.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    /// Whether it is a whole number of units.
    pub fn is_whole(self) -> bool {
        self.is_multiple_of(Self {
            nano: UNIT.cast_signed(),
        })
    }

    /// Whether it is a whole multiple of another amount. Zero is a multiple of every amount, and the only one of zero.
    pub fn is_multiple_of(self, other: Self) -> bool {
        self.nano
            .checked_rem(other.nano)
            .map_or(self.nano == 0, |rest| rest == 0)
    }

    /// The amount so many times.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self {
            nano: self.nano.saturating_mul(count.into()),
        }
    }

    /// The amount in plain units, or in thousandths, millionths or billionths where it has parts: `2`, `500m`.
    pub fn decimal(self) -> String {
        let parts = [(UNIT, ""), (1_000_000, "m"), (1_000, "u"), (1, "n")];
        self.in_largest(parts.map(|(size, suffix)| (size.cast_signed(), suffix)))
    }

    /// The amount in the largest binary unit that divides it: `2Gi`, `1536Mi`; other amounts as [`Self::decimal`].
    pub fn binary(self) -> String {
        let units = ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"];
        let sizes = units.into_iter().zip((1..=6).rev());
        let sizes = sizes.map(|(suffix, step)| ((UNIT << (10 * step)).cast_signed(), suffix));
        let mut fitting = sizes.filter(|(size, _)| self.nano != 0 && self.nano % size == 0);
        match fitting.next() {
            Some(size) => self.in_largest([size]),
            None => self.decimal(),
        }
    }

    /// The number with the suffix of the first size that divides the amount.
    fn in_largest<const N: usize>(self, sizes: [(i128, &str); N]) -> String {
        let mut fitting = sizes.into_iter().filter(|(size, _)| self.nano % size == 0);
        // The last size divides every amount.
        let (size, suffix) = fitting.next().unwrap_or((1, "n"));
        format!("{}{suffix}", self.nano / size)
    }

    /// Whether it is greater than zero.
    pub fn is_positive(self) -> bool {
        self.nano > 0
    }
}

impl Add for Quantity {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            nano: self.nano.saturating_add(other.nano),
        }
    }
}

impl Sub for Quantity {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            nano: self.nano.saturating_sub(other.nano),
        }
    }
}

impl Suffix {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "n" => Self::Decimal(-9),
            "u" => Self::Decimal(-6),
            "m" => Self::Decimal(-3),
            "" => Self::Decimal(0),
            "k" => Self::Decimal(3),
            "M" => Self::Decimal(6),
            "G" => Self::Decimal(9),
            "T" => Self::Decimal(12),
            "P" => Self::Decimal(15),
            "E" => Self::Decimal(18),
            "Ki" => Self::Binary(10),
            "Mi" => Self::Binary(20),
            "Gi" => Self::Binary(30),
            "Ti" => Self::Binary(40),
            "Pi" => Self::Binary(50),
            "Ei" => Self::Binary(60),
            _ => Self::Decimal(text.strip_prefix(['e', 'E'])?.parse().ok()?),
        })
    }
}

/// Digits with a decimal point after the first `whole` of them, times 10 to a power, times `unit`; rounded up, and at
/// most the maximum of the type.
fn amount(digits: &[u8], whole: usize, power: i64, unit: u128) -> u128 {
    /// A power that is greater than the number of digits by this gives zero or the maximum.
    const FAR: usize = 64;
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let far = i64::try_from(digits.len() + FAR).unwrap_or(i64::MAX);
    let point = i64::try_from(whole).unwrap_or(i64::MAX) + power.clamp(-far, far);
    let digit = |place: i64| {
        let digit = usize::try_from(place)
            .ok()
            .and_then(|place| digits.get(place));
        u128::from(digit.copied().unwrap_or_default())
    };
    let whole = (0..point).fold(0_u128, |sum, place| {
        sum.saturating_mul(10).saturating_add(digit(place))
    });
    // From the last digit of the fraction to the first, as in long addition: `carried` stays below ten units.
    let mut carried = 0;
    let mut rest = 0;
    for place in (point..length).rev() {
        let sum = digit(place) * unit + carried;
        carried = sum / 10;
        rest |= sum % 10;
    }
    let fraction = carried + u128::from(rest > 0);
    whole.saturating_mul(unit).saturating_add(fraction)
}

/// Whether a resource is huge pages, as `hugepages-2Mi` (`IsHugePageResourceName` in
/// `pkg/apis/core/v1/helper/helpers.go`).
pub fn is_huge_pages(resource: &str) -> bool {
    page_size(resource).is_some()
}

/// The page size in the name of a resource of huge pages. Amounts of it must be multiples of this size
/// (`IsHugePageResourceValueDivisible` in `pkg/apis/core/helper/helpers.go`). `None` if the name has no valid size.
pub fn huge_page_size(resource: &str) -> Option<Quantity> {
    Quantity::parse(page_size(resource)?).filter(|size| size.is_positive() && size.is_whole())
}

fn page_size(resource: &str) -> Option<&str> {
    resource.strip_prefix("hugepages-")
}

/// Whether a resource is an extended one, as `nvidia.com/gpu`: a device plugin provides it, and amounts are whole
/// numbers (`IsNativeResource` and `IsExtendedResourceName` in `pkg/apis/core/v1/helper/helpers.go`).
pub fn is_extended(resource: &str) -> bool {
    resource.contains('/') && !resource.contains("kubernetes.io/")
}

/// Whether the request of a resource may be less than its limit (`IsOvercommitAllowed` in
/// `pkg/apis/core/v1/helper/helpers.go`).
pub fn may_be_overcommitted(resource: &str) -> bool {
    !is_extended(resource) && !is_huge_pages(resource)
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn compare(a: &str, b: &str) -> Ordering {
        let [a, b] = [a, b].map(|text| Quantity::parse(text).unwrap_or_else(|| panic!("{text}")));
        a.cmp(&b)
    }

    #[test]
    fn quantities_follow_kubernetes_grammar() {
        for good in [
            "0",
            "1",
            "-1",
            "+1",
            "1.5",
            "1.",
            ".5",
            "100m",
            "1Ki",
            "1Mi",
            "2.5Gi",
            "1k",
            "1E",
            "1e3",
            "1E-3",
            "5u",
            "7n",
            " 1Gi ",
            "0.1",
            "123456789012345678901234567890",
        ] {
            assert!(Quantity::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "Mi",
            "1 Gi",
            "1GB",
            "1g",
            "1gi",
            "1K",
            "1KB",
            "1mi",
            "1e",
            "1e1.5",
            "1.2.3",
            "ten",
            "1,5",
            "--1",
            "0x10",
            "1i",
            "1Gi\u{a0}x",
            ".",
        ] {
            assert_eq!(Quantity::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn one_amount_is_equal_however_it_is_written() {
        for (a, b) in [
            ("1000m", "1"),
            ("1024Mi", "1Gi"),
            ("1e3", "1k"),
            ("0.5", "500m"),
            (".5", "0.50"),
            ("1.5Gi", "1536Mi"),
            ("1E", "1e18"),
            ("1E-3", "1m"),
            ("0.000000001", "1n"),
            ("-1.", "-1000m"),
            ("0", "-0"),
            ("000.1e1", "1"),
            ("1000000000000000000000e-21", "1"),
            ("0.000000000000000000001e21", "1"),
        ] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn amounts_are_ordered() {
        for (less, more) in [
            ("999m", "1"),
            ("1G", "1Gi"),
            ("1023Mi", "1Gi"),
            ("-1", "0"),
            ("-2", "-1"),
            ("1.999999999", "2"),
            ("9223372036854775807", "9223372036854775808"),
        ] {
            assert_eq!(compare(less, more), Ordering::Less, "{less} {more}");
        }
    }

    #[test]
    fn what_kubernetes_cannot_keep_is_rounded_away_from_zero() {
        assert_eq!(compare("0.1n", "1n"), Ordering::Equal);
        assert_eq!(compare("-0.1n", "-1n"), Ordering::Equal);
        assert_eq!(compare("1e-400", "1n"), Ordering::Equal);
        assert_eq!(
            compare("0.00000000000000000000001Ki", "1n"),
            Ordering::Equal
        );
        assert_eq!(compare("0e-400", "0"), Ordering::Equal);
        assert_eq!(compare("8Ei", "100Ei"), Ordering::Equal);
        assert_eq!(compare("1e400", "1e500"), Ordering::Equal);
        assert_eq!(compare("1e9223372036854775807", "1E"), Ordering::Greater);
    }

    #[test]
    fn whole_amounts_and_multiples() {
        let amount = |text: &str| Quantity::parse(text).unwrap();
        for whole in ["0", "2", "2000m", "1.50e1", "1Ki"] {
            assert!(amount(whole).is_whole(), "{whole}");
        }
        for part in ["500m", "0.5", "1n", "1500m"] {
            assert!(!amount(part).is_whole(), "{part}");
        }
        assert!(amount("6Mi").is_multiple_of(amount("2Mi")));
        assert!(amount("0").is_multiple_of(amount("2Mi")));
        assert!(!amount("3Mi").is_multiple_of(amount("2Mi")));
        assert!(!amount("1").is_multiple_of(amount("0")));
        assert!(amount("0").is_multiple_of(amount("0")));
    }

    #[test]
    fn sums_are_written_in_the_largest_unit_without_a_fraction() {
        let amount = |text: &str| Quantity::parse(text).unwrap();
        for (amount, decimal, binary) in [
            (amount("1Gi") + amount("512Mi"), "1610612736", "1536Mi"),
            (amount("500m").times(4), "2", "2"),
            (amount("500m").times(3), "1500m", "1500m"),
            (amount("10Gi").times(5), "53687091200", "50Gi"),
            (amount("1G"), "1000000000", "1000000000"),
            (amount("1") - amount("1500m"), "-500m", "-500m"),
            (amount("0"), "0", "0"),
            (amount("1n"), "1n", "1n"),
        ] {
            assert_eq!((&*amount.decimal(), &*amount.binary()), (decimal, binary));
        }
    }

    #[test]
    fn numbers_are_quantities_too() {
        assert_eq!(Quantity::of(&json!(0.5)), Quantity::parse("500m"));
        assert_eq!(Quantity::of(&json!(1e-7)), Quantity::parse("100n"));
        assert_eq!(Quantity::of(&json!(2)), Quantity::parse("2"));
        assert_eq!(Quantity::of(&json!([2])), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(number in -2_000_000_i64..2_000_000, suffix in "(n|u|m|k|M|G|Ki|Mi|Gi|Ti)?") {
            let amount = Quantity::parse(&format!("{number}{suffix}")).unwrap();
            prop_assert_eq!(Quantity::parse(&amount.decimal()), Some(amount));
            prop_assert_eq!(Quantity::parse(&amount.binary()), Some(amount));
        }

        #[test]
        fn thousandths_order_as_their_numbers(a in 0_u32..5000, b in 0_u32..5000, shift in 0_usize..3) {
            let written = |n: u32| match shift {
                0 => format!("{n}m"),
                1 => format!("{}.{:03}", n / 1000, n % 1000),
                _ => format!("{n}e-3"),
            };
            prop_assert_eq!(compare(&written(a), &format!("{b}m")), a.cmp(&b));
        }
    }

    #[test]
    fn only_what_kubernetes_itself_hands_out_may_be_overcommitted() {
        for native in ["cpu", "memory", "ephemeral-storage", "x.kubernetes.io/y"] {
            assert!(may_be_overcommitted(native), "{native}");
        }
        for counted in ["nvidia.com/gpu", "hugepages-2Mi"] {
            assert!(!may_be_overcommitted(counted), "{counted}");
        }
        assert!(is_extended("nvidia.com/gpu") && !is_extended("hugepages-2Mi"));
    }

    #[test]
    fn huge_pages_end_with_the_size_of_a_page() {
        assert_eq!(huge_page_size("hugepages-2Mi"), Quantity::parse("2Mi"));
        for bad in [
            "hugepages-",
            "hugepages-big",
            "hugepages-0",
            "hugepages-1m",
            "cpu",
        ] {
            assert_eq!(huge_page_size(bad), None, "{bad}");
        }
    }
}
