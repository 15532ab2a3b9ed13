//! What brings manifests into a cluster, as far as it decides what a change does.
//! It says what each applier does with objects; it judges no change.

/// What applies the new manifests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Applier {
    /// `kubectl apply`, client-side. It deletes no objects: one that is left out of the manifests stays in the
    /// cluster until somebody deletes it.
    #[default]
    Kubectl,
    /// `helm upgrade`, client-side. It deletes what the new release no longer holds, after everything else was
    /// accepted, except objects that carry `helm.sh/resource-policy: keep` in the cluster (`pkg/kube/client.go`).
    Helm,
}

impl Applier {
    /// Whether it deletes objects that the new manifests leave out.
    pub fn deletes_removed(self) -> bool {
        self == Self::Helm
    }
}
