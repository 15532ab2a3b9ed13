//! An object that both sides have: the effect of each of its changes, and which are refused. The rules for each kind
//! are in the other files.

use super::context::Context;
use super::fields::{self, Decision, Field};
use super::notice::Notice;
use super::selections::Selection;
use super::{
    claims, config, definitions, jobs, kubectl, pods, references, rollout, selections, server_side,
    services, validation, workloads,
};
use crate::diff::object::Object;
use crate::diff::{Change, Effect};
use crate::kubernetes::FieldUpdate;

/// A changed object, with what the rules need.
struct Changed<'c, 'a> {
    old: Object<'c>,
    new: Object<'c>,
    rules: Vec<&'static FieldUpdate>,
    /// The keys that lead to its pod template, if it has one.
    template: Option<&'static [&'static str]>,
    selection: Selection,
    /// What clients of a Service lose.
    losses: services::Losses,
    /// What running pods see of changes of a ConfigMap or Secret.
    data: config::Effects<'c>,
    context: &'c Context<'a>,
}

/// Sets the effects of the changes of an object, and returns what an operator should know.
pub(in crate::diff) fn judge<'c>(
    old: Object<'c>,
    new: Object<'c>,
    changes: &mut [Change],
    context: &'c Context<'_>,
) -> Vec<Notice> {
    let known = context.selections.get(&[new.namespace, new.name]);
    let selection = known.copied().filter(|_| new.is("", "Service"));
    let selection = selection.unwrap_or(Selection::Same);
    let object = Changed {
        rules: fields::rules(&new, context.minor()),
        template: new.pod().map(|(keys, _)| keys),
        losses: services::Losses::of(&old, &new, selection),
        selection,
        data: config::Effects::of(&new, context),
        old,
        new,
        context,
    };
    let has_variables = changes.iter().any(pods::may_change_variables);
    let mut notices = config::kept_keys(changes, &new);
    let mut rolls = false;
    for change in changes {
        if fields::only_removes_account(change, Some(old), &new) {
            set_effect(change, Effect::None);
            notices.push(pods::account(&old, &new));
            continue;
        }
        if let Some(feature) = fields::needed_feature(change, &new, context.minor()) {
            set_effect(change, Effect::None);
            notices.push(without_feature(&new, change, feature, context));
            continue;
        }
        let fields = fields::of(change);
        rolls |= fields.iter().any(|field| object.is_in_template(field));
        let effects = fields.iter().map(|field| object.field(field, &mut notices));
        let effect = effects.max().unwrap_or_default();
        set_effect(change, effect);
    }
    notices.extend(server_side::notices(
        Some(&object.old),
        &object.new,
        context,
    ));
    if new.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        notices.extend(definitions::dropped_version(&old, &new));
    }
    let mut invalid = validation::notices(&object.new, Some(&object.old), context);
    let is_known = |one: &Notice| notices.iter().any(|known| known.is_same_refusal(one));
    invalid.retain(|one| !is_known(one));
    // If one change is refused, the object stays as it is, and no pods are replaced.
    let refused = notices
        .iter()
        .chain(&invalid)
        .any(|notice| notice.condition.is_none() && notice.effect == Effect::Rejected);
    notices.extend(object.notices(rolls, refused));
    if has_variables {
        notices.extend(pods::notices(&object.old, &object.new, context));
    }
    if new.is_hook() {
        // Helm deletes a hook and creates it again; only kubectl updates it.
        for notice in notices
            .iter_mut()
            .filter(|notice| notice.effect == Effect::Rejected)
        {
            let condition = "the hook is applied with kubectl; Helm deletes it first";
            notice.condition.get_or_insert_with(|| condition.to_owned());
        }
    }
    notices.extend(invalid);
    notices
}

/// The notice that a field is not stored.
fn without_feature(
    new: &Object<'_>,
    change: &Change,
    feature: &str,
    context: &Context<'_>,
) -> Notice {
    let message = format!(
        "Kubernetes 1.{} leaves it out unless its feature {feature} is turned on",
        context.minor()
    );
    let mut notice = Notice::new(Effect::None, new, message);
    notice.path = change.path.clone();
    notice
}

/// Sets the effect of a change, and of the changes in its documents.
pub(in crate::diff) fn set_effect(change: &mut Change, effect: Effect) {
    change.effect = effect;
    for inside in &mut change.inside {
        set_effect(inside, effect);
    }
}

impl Changed<'_, '_> {
    fn is_in_template(&self, field: &Field<'_>) -> bool {
        self.template
            .is_some_and(|keys| !keys.is_empty() && field.keys.starts_with(keys))
    }

    /// The effect of a changed field. If the API server refuses it, a notice is added.
    fn field(&self, field: &Field<'_>, notices: &mut Vec<Notice>) -> Effect {
        let (mut decision, row) = fields::decide(field, &self.rules, &self.old, &self.new);
        if self.new.is("", "Service") && row.is_some() {
            decision = services::decide(field, decision, &self.old, &self.new);
        }
        if self.new.is("batch", "Job") && row.is_some() {
            decision = jobs::decide(field, decision, &self.old, &self.new, self.context.minor());
        }
        if self.shrinks(field)
            || references::is_config(&self.new) && config::is_refused(field, &self.old)
        {
            return self.refused();
        }
        if let Some(row) = row {
            // A rule for the whole spec is shown with the field below it.
            let shown = row.field.len().max(2).min(field.keys.len());
            let shown = field.keys.get(..shown).unwrap_or(row.field);
            match decision {
                Decision::Accepted => {}
                Decision::Refused => self.refuse(shown, None, notices),
                Decision::RefusedIf(condition) => self.refuse(shown, Some(condition), notices),
            }
            if decision == Decision::Refused {
                return self.refused();
            }
        }
        self.accepted(field, decision)
    }

    /// The effect of a refused change. Helm deletes hooks and creates them again, so it is not refused for them.
    fn refused(&self) -> Effect {
        if self.new.is_hook() {
            Effect::InPlace
        } else {
            Effect::Rejected
        }
    }

    /// The effect of an accepted change.
    fn accepted(&self, field: &Field<'_>, decision: Decision) -> Effect {
        let pods = self.new.at(&["spec"]).is_object() && self.template.is_some();
        match (self.new.group, self.new.kind) {
            ("batch", "Job") if jobs::is_suspended(&self.new) => Effect::InPlace,
            ("batch", "Job") if matches!(decision, Decision::RefusedIf(_)) => Effect::Rerun,
            ("", "Pod") if field.keys.first() == Some(&"spec") && field.keys.contains(&"image") => {
                Effect::Restart
            }
            ("", "Service") => self.losses.effect(field),
            ("", "ConfigMap" | "Secret") => self.data.effect(field),
            _ if self.is_in_template(field) && rollout::starts(&self.old, &self.new) => {
                Effect::None
            }
            _ if self.is_in_template(field) => rollout::of(&self.new).effect,
            _ if pods => workloads::effect(field),
            _ => Effect::InPlace,
        }
    }

    fn shrinks(&self, field: &Field<'_>) -> bool {
        self.new.is("", "PersistentVolumeClaim")
            && field.keys.starts_with(&["spec", "resources", "requests"])
            && claims::shrinks(&self.old, &self.new)
    }

    /// Adds a notice that a change is refused, once for each field and condition.
    fn refuse(&self, shown: &[&str], condition: Option<&str>, notices: &mut Vec<Notice>) {
        let path = shown.join(".");
        let kind = self.new.kind;
        let notice = Notice::new(
            Effect::Rejected,
            &self.new,
            format!("{path} of a {kind} cannot be changed{}", self.advice(shown)),
        );
        let mut notice = notice.about(shown).grouped();
        notice.condition = condition.map(str::to_owned);
        let is_known =
            |known: &Notice| known.path == notice.path && known.condition == notice.condition;
        if !notices.iter().any(is_known) {
            notice.fix = self.remedy(shown);
            notices.push(notice);
        }
    }

    /// What to do about a refusal, in words.
    fn advice(&self, shown: &[&str]) -> String {
        match self.new.kind {
            "PersistentVolumeClaim" => claims::advice(&self.old, &self.new, shown),
            "StatefulSet" => claims::advice_on_set(&self.old, &self.new, shown),
            _ => String::new(),
        }
    }

    /// Commands after which the change is accepted. For claims there are none that keep the data.
    fn remedy(&self, shown: &[&str]) -> Vec<String> {
        match self.new.kind {
            "PersistentVolumeClaim" => claims::print_class(&self.old, shown).into_iter().collect(),
            "StatefulSet" => {
                let mut commands = vec![kubectl::on("delete", &self.old, "--cascade=orphan")];
                if shown.contains(&"volumeClaimTemplates") {
                    commands.extend(claims::grow(&self.old, &self.new));
                }
                commands
            }
            _ => vec![kubectl::on("delete", &self.old, "")],
        }
    }

    /// What an operator should know about the object besides refused changes; `rolls` is whether its pods are replaced,
    /// `refused` whether it stays as it is.
    fn notices(&self, rolls: bool, refused: bool) -> Vec<Notice> {
        let (old, new) = (&self.old, &self.new);
        let mut notices = Vec::new();
        match (new.group, new.kind) {
            ("", "Service") => {
                notices.extend(services::notices(old, new));
                notices.extend(selections::notice(new, self.selection));
            }
            ("", "ConfigMap" | "Secret") => notices.extend(config::notices(old, new, self.context)),
            ("", "PersistentVolumeClaim") => notices.extend(claims::notices(old, new)),
            ("batch", _) | ("", "Pod") => {}
            _ if self.template.is_some() && !refused => {
                let replaces = rolls && !rollout::starts(old, new);
                if let (true, Some(keys)) = (replaces, &self.template) {
                    notices.extend(rollout::notices(new, keys));
                }
                notices.extend(workloads::notices(old, new, rolls, self.context));
            }
            _ => {}
        }
        notices
    }
}
