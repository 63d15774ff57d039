using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Finds the requested procedures that a study was made for. Numbers that agree make a link only when the patient agrees too: nobody's
/// images go to somebody else's order.
/// </summary>
internal static class StudyLinks
{
    /// <summary>An order is looked for this long before and after the day of the images, unless its study is the scheduled one.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromDays(2), After = TimeSpan.FromDays(7);

    /// <summary>Links the study with those of the orders that it names.</summary>
    /// <param name="run">The run.</param>
    /// <param name="study">The study.</param>
    /// <param name="orders">Those that share a number with it.</param>
    /// <param name="performed">The performed steps that its images name.</param>
    public static void Find(CommandRun run, StudyRow study, IReadOnlyList<OrderRow> orders, IReadOnlyList<PerformedStepRow> performed)
    {
        if (orders.Count == 0) return;
        var procedures = orders.SelectMany(static order => order.Procedures).ToList();
        Take(run, study, LinkRule.StudyInstanceUid, procedures.FindAll(one => one.StudyInstanceUid == study.StudyInstanceUid));
        foreach (var request in StudyRequests.Of(study))
        {
            var (rule, named) = Named(run, request, procedures);
            Take(run, study, rule, named);
        }

        if (!study.IsWaiting) return;
        var steps = performed.SelectMany(static one => one.StepIds).ToHashSet();
        Take(run, study, LinkRule.PerformedStep, procedures.FindAll(one => one.Steps.Exists(step => steps.Contains(step.Id))));
    }

    /// <summary>
    /// An accession number without its issuer named one order, and now names several: of the patient's only one is linked, whatever came
    /// first; of two a person takes one.
    /// </summary>
    public static void Doubt(CommandRun run, StudyRow study, IReadOnlyList<OrderRow> orders)
    {
        var procedures = orders.SelectMany(static order => order.Procedures).ToList();
        foreach (var request in StudyRequests.Of(study))
        {
            var (rule, named) = Named(run, request, procedures);
            if (rule != LinkRule.Accession) continue;
            var own = named.FindAll(one => IsOfPatient(run, study, one.OrderId) && IsNear(run, study, one));
            var links = study.Links.FindAll(link => link.Rule == rule && named.Exists(one => one.Id == link.ProcedureId));
            var (linked, open) = (links.FindAll(IsLinked), links.FindAll(static link => !IsLinked(link)));
            if (own.Count > 1) LinkDecisions.Set(run, study, linked, LinkState.Suggested);
            else if (own is [var only])
                LinkDecisions.Set(run, study, open.FindAll(link => link.ProcedureId != only.Id), LinkState.Withdrawn);
            Take(run, study, rule, named);
            LinkDecisions.ForgetMismatch(study);
        }
    }

    private static bool IsLinked(StudyLinkRow link) => link.LinkState == LinkState.Linked;

    /// <summary>The procedures that a request names by the strongest rule that finds any.</summary>
    private static (LinkRule Rule, List<ProcedureRow> Procedures) Named(
        CommandRun run, StudyRequest request, List<ProcedureRow> procedures)
    {
        if (request.AccessionNumber is { } accession)
        {
            var same = procedures.FindAll(one => accession.HasAuthority && accession.Matches(one.AccessionNumber));
            if (same.Count > 0) return (LinkRule.AccessionAndIssuer, same);
            same = procedures.FindAll(one => accession.Value == one.AccessionNumber.Value
                && (!accession.HasAuthority || !one.AccessionNumber.HasAuthority));
            if (same.Count > 0) return (LinkRule.Accession, same);
        }

        if (request.RequestedProcedureId is { } id && request.StepId is { } step)
        {
            var same = procedures.FindAll(one =>
                one.RequestedProcedureId == id && one.Steps.Exists(known => StepIds.IsKnownAs(known, step)));
            if (same.Count > 0) return (LinkRule.ScheduledStep, same);
        }

        return (LinkRule.OrderNumber, procedures.FindAll(one => run.Workspace.Order(one.OrderId) is { } order
            && ((request.PlacerNumber is { } placer && order.PlacerNumber is { } known && placer.Names(known))
                || (request.FillerNumber is { } filler && order.FillerNumber is { } own && filler.Names(own)))));
    }

    /// <summary>One of the patient's is linked; of several a person takes one; somebody else's is a conflict.</summary>
    private static void Take(CommandRun run, StudyRow study, LinkRule rule, List<ProcedureRow> procedures)
    {
        if (procedures.Count == 0) return;
        var own = procedures.FindAll(one => IsOfPatient(run, study, one.OrderId));
        if (own.Count == 0)
        {
            var isUnknown = study.ShownPatientId is null;
            study.Flags.Add(isUnknown ? StudyFlags.NoPatientId : StudyFlags.PatientMismatch);
            foreach (var one in procedures) Add(run, study, one, rule, isUnknown ? LinkState.Suggested : LinkState.Conflict);
            return;
        }

        // Numbers are used again after years: then the study is not of that order.
        var recent = rule == LinkRule.StudyInstanceUid ? own : own.FindAll(one => IsNear(run, study, one));
        if (recent is [var only])
        {
            Add(run, study, only, rule, LinkState.Linked);
            return;
        }

        if (recent.Count > 1) study.Flags.Add("multiple-candidates");
        foreach (var one in recent.Count > 0 ? recent : own) Add(run, study, one, rule, LinkState.Suggested);
    }

    private static bool IsOfPatient(CommandRun run, StudyRow study, Guid orderId)
    {
        if (run.Workspace.Order(orderId) is not { } order || study.ShownPatientId is not { } shown) return false;
        if (study.PatientId is { } id && PatientRegistry.IsOf(run, order, run.Workspace.Survivor(id))) return true;
        return run.Workspace.Survivor(order.PatientId) is { } owner && owner.Identifiers.Exists(held => shown.Names(held.Identifier));
    }

    private static bool IsNear(CommandRun run, StudyRow study, ProcedureRow procedure) =>
        procedure.Steps.Count == 0 || StudyTimes.Started(study, run.Context.SiteZone) is not { } started
        || procedure.Steps.Exists(step => step.Start >= started - After && step.Start <= started + Before);

    /// <summary>A stronger rule takes the place of a weaker one; what a person has decided stays.</summary>
    private static void Add(CommandRun run, StudyRow study, ProcedureRow procedure, LinkRule rule, LinkState state)
    {
        var known = study.Links.Find(link => link.ProcedureId == procedure.Id);
        if (known is { LinkState: not LinkState.Withdrawn }
            && (known.Rule <= rule || known.LinkState is LinkState.Linked or LinkState.Rejected)) return;
        if (known is null)
        {
            run.Workspace.AddLink(study, id => new StudyLinkRow(id)
            {
                StudyId = study.Id, OrderId = procedure.OrderId, ProcedureId = procedure.Id, Rule = rule, LinkState = state,
                DecidedBy = run.Context.Actor, DecidedAt = run.Context.ReceivedAt,
            });
        }
        else
        {
            (known.Rule, known.LinkState) = (rule, state);
            (known.DecidedBy, known.DecidedAt) = (run.Context.Actor, run.Context.ReceivedAt);
            known.Touch();
        }

        study.Touch();
        var verb = state switch
        {
            LinkState.Linked => AuditVerbs.StudyLinked,
            LinkState.Conflict => AuditVerbs.StudyConflict,
            _ => AuditVerbs.StudySuggested,
        };
        run.Outcome.Record(verb, study.Id);
        if (state != LinkState.Linked) return;
        if (run.Workspace.Order(procedure.OrderId) is { } order)
        {
            study.PatientId ??= order.PatientId;
            study.Facility ??= order.Facility;
            if (ShownPerson.Compare(run, study, order)) run.Outcome.Record(AuditVerbs.StudyConflict, study.Id);
        }

        if (procedure.StudyInstanceUid != study.StudyInstanceUid) study.Flags.Add("uid-mismatch");
    }
}
