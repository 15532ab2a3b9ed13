//! The names of resources that a container can request, and what follows from them.
//!
//! Source: `pkg/apis/core/v1/helper/helpers.go` and `pkg/apis/core/helper/helpers.go`.

use super::Quantity;

/// Whether a name is that of huge pages: `hugepages-2Mi` (`IsHugePageResourceName`).
pub fn is_huge_pages(resource: &str) -> bool {
    page_size(resource).is_some()
}

/// The size of a page, of which amounts have to be multiples (`IsHugePageResourceValueDivisible`); none if the name
/// does not end with such a size.
pub fn huge_page_size(resource: &str) -> Option<Quantity> {
    Quantity::parse(page_size(resource)?).filter(|size| size.is_positive() && size.is_whole())
}

fn page_size(resource: &str) -> Option<&str> {
    resource.strip_prefix("hugepages-")
}

/// Whether a device plugin or the like provides it, such as `nvidia.com/gpu`: it is counted in whole pieces
/// (`IsNativeResource`, `IsExtendedResourceName`).
pub fn is_extended(resource: &str) -> bool {
    resource.contains('/') && !resource.contains("kubernetes.io/")
}

/// Whether a container may be promised less than it may use (`IsOvercommitAllowed`).
pub fn may_be_overcommitted(resource: &str) -> bool {
    !is_extended(resource) && !is_huge_pages(resource)
}

#[cfg(test)]
mod tests {
    use super::*;

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
