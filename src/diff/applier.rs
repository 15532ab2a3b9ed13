//! The programs that apply manifests, as far as they differ: which fields an apply can remove, what happens to objects
//! that are left out, which marks keep them, and what is left undone if one object is rejected.

use crate::manifest::Manifest;

/// The program that applies the new objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Applier {
    /// `kubectl apply`, client-side. It deletes nothing: objects that the manifests leave out stay in the cluster until
    /// somebody deletes them.
    #[default]
    Kubectl,
    /// `kubectl apply --server-side`. It deletes nothing either.
    ServerSide,
    /// `helm upgrade`. It deletes objects that the new release leaves out, after all others were accepted, except those
    /// that are annotated with `helm.sh/resource-policy: keep` in the cluster (`pkg/kube/client.go`). Helm 3 applies in
    /// the client; Helm 4 applies a release on the server if it has installed it that way, which is its default.
    Helm,
    /// A sync of Argo CD with pruning: client-side apply, unless the option `ServerSideApply=true` is set. It prunes
    /// objects that the manifests leave out, except those that have the sync option `Prune=false` in the cluster
    /// ([sync options](https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/)).
    ArgoCd,
    /// A Kustomization of Flux with `prune: true`: server-side apply. It prunes objects that the manifests leave out,
    /// except those that have the annotation or label `kustomize.toolkit.fluxcd.io/prune: disabled` in the cluster
    /// ([garbage collection](https://fluxcd.io/flux/components/kustomize/kustomizations/#prune)).
    Flux,
}

impl Applier {
    /// Whether it deletes objects that the new manifests leave out.
    pub fn deletes_removed(self) -> bool {
        matches!(self, Self::Helm | Self::ArgoCd | Self::Flux)
    }

    /// Whether a mark on the object in the cluster keeps it, although the manifests leave it out. kubectl deletes
    /// nothing by itself, so any mark counts: somebody wants to keep the object.
    pub fn keeps(self, live: &Manifest) -> bool {
        match self {
            Self::Kubectl | Self::ServerSide => live.is_marked(),
            Self::Helm => live.is_kept(),
            Self::ArgoCd => live.is_kept_by_argocd(),
            Self::Flux => live.is_kept_by_flux(),
        }
    }

    /// The annotation that keeps an object, as an argument of `kubectl annotate`.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Kubectl | Self::ServerSide | Self::Helm => "helm.sh/resource-policy=keep",
            Self::ArgoCd => "argocd.argoproj.io/sync-options=Prune=false",
            Self::Flux => "kustomize.toolkit.fluxcd.io/prune=disabled",
        }
    }

    /// Its name in messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Kubectl => "`kubectl apply`",
            Self::ServerSide => "`kubectl apply --server-side`",
            Self::Helm => "Helm",
            Self::ArgoCd => "Argo CD",
            Self::Flux => "Flux",
        }
    }

    /// What happens to the other objects if the API server rejects one; it ends the message of the first rejection.
    ///
    /// Sources: Helm's `pkg/kube/client.go` patches all objects and gives up before it deletes any. Argo CD's
    /// `runTasks` prunes the objects of a wave, then applies those of the wave, and begins no further wave after a
    /// failure. Flux's `ResourceManager.ApplyAll` tries all objects with a dry run before it applies any.
    pub(in crate::diff) fn after_rejection(self) -> &'static str {
        match self {
            Self::Kubectl | Self::ServerSide => {
                "; kubectl still applies the other objects, so the upgrade is left half done"
            }
            Self::Helm => {
                "; Helm still changes the other objects and deletes none, so the upgrade is left half done"
            }
            Self::ArgoCd => {
                "; Argo CD still applies the other objects of its sync wave and begins no later wave, so the upgrade is \
                 left half done"
            }
            Self::Flux => {
                "; Flux tries all objects with a dry run first, so it changes none of them until this is solved"
            }
        }
    }

    /// What happens to the other objects if it cannot read one, because a field of its metadata has another type or the
    /// API server does not serve its kind; it ends the message of the first such rejection.
    ///
    /// Sources: kubectl's `ContinueOnErrorVisitor` goes on with the next document. Helm builds all objects before it
    /// changes one (`Client.Build`). Argo CD's `syncContext.Sync` begins with a dry run of all objects.
    pub(in crate::diff) fn after_unreadable(self) -> &'static str {
        match self {
            Self::Kubectl | Self::ServerSide | Self::Flux => self.after_rejection(),
            Self::Helm => {
                "; Helm reads all objects before it changes any, so it changes none of them until this is solved"
            }
            Self::ArgoCd => {
                "; Argo CD tries all objects with a dry run first, so it changes none of them until this is solved"
            }
        }
    }

    /// Whether it applies on the server.
    pub(in crate::diff) fn on_server(self) -> OnServer {
        match self {
            Self::Kubectl => OnServer::Never,
            Self::ServerSide | Self::Flux => OnServer::Always,
            Self::Helm => OnServer::If(
                "Helm applies this release on the server, as Helm 4 does with releases that it has installed",
            ),
            Self::ArgoCd => {
                OnServer::If("the Application has the sync option ServerSideApply=true")
            }
        }
    }
}

/// Whether an applier uses server-side apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) enum OnServer {
    Never,
    Always,
    /// Under this condition.
    If(&'static str),
}
