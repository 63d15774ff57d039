using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Studies;

/// <summary>
/// Orders for studies that were made without one: of patients who came unannounced, and in an emergency. What such an order asks for was
/// performed, so its step is never on the worklist.
/// </summary>
internal static class StudyOrders
{
    /// <summary>What is made of images and is none of them.</summary>
    private static readonly string[] Documents = ["DOC", "KO", "PR", "REG", "SEG", "SR"];

    /// <summary>Adds what an order for the study is looked for by, besides the numbers that are given and shown.</summary>
    public static void AddKeys(ChangeContext context, Workspace loaded, StudyRow study, OrderStudy decision, WorkspaceKeys keys)
    {
        // An accession number may be taken from another number, or stand for one that is too long.
        foreach (var request in StudyRequests.Of(study).Prepend(new StudyRequest(null, null, null, null, null)))
        {
            var command = new OrderCommand
            {
                Request = OrderRequest.Place,
                PlacerNumber = decision.PlacerNumber ?? request.PlacerNumber,
                FillerNumber = decision.FillerNumber ?? request.FillerNumber,
                AccessionNumber = decision.AccessionNumber ?? request.AccessionNumber,
                StudyInstanceUid = study.StudyInstanceUid,
            };
            OrderSetKeys.Add(keys, OrderKeys.Of(command, context, loaded.InstallationNamespace), context.Policy);
        }
    }

    public static void Place(CommandRun run, StudyRow study, OrderStudy decision)
    {
        if (FindPlaced(run, study, decision) is { } placed)
        {
            run.Outcome.Orders.Add(ResultOf(decision, placed.Order, placed.Procedure));
            return;
        }

        if (Refuses(run, study, decision) || run.Workspace.Survivor(study.PatientId!.Value) is not { } patient) return;
        var context = run.Context with { Facility = study.Facility ?? run.Context.Facility };
        var command = CommandOf(run, study, decision);
        var shared = new SharedRun(new CommandRun(run.Workspace, context, run.WhyHidden), person: null, [command])
        {
            Patient = patient, Visit = run.Workspace.PeekVisitOf(study),
        };
        var part = shared.Start(command);
        if (OrderCreation.Create(part, StepState.Started) is { Procedures: [{ Steps: [var step] } procedure] } order)
        {
            OrderLinks.Link(part.Run, study, order, procedure, decision);
            Perform(part, order, procedure, step);
            run.Outcome.Orders.Add(ResultOf(decision, order, procedure));
        }

        run.Outcome.Absorb(part.Outcome);
    }

    /// <summary>
    /// The step is what the modality reported of it; without a report it is done, as there are images. Whoever else waits for the order
    /// gets it.
    /// </summary>
    private static void Perform(OrderRun part, OrderRow order, ProcedureRow procedure, StepRow step)
    {
        StepMoves.MarkUnscheduled(step);
        if (order.PlacerNumber is null) part.Outcome.Record(AuditVerbs.ProcedureUnscheduled, procedure.Id);
        part.Outcome.Record(AuditVerbs.StepWasStarted, step.Id);
        WaitingReports.Take(part);
        WaitingStudies.Take(part);
        WaitingPerformed.Take(part);
        var isReported = part.Workspace.PeekPerformed(step.Id).Any();
        if (step.StepState == StepState.Scheduled || (step.StepState == StepState.Started && !isReported))
            StepMoves.Move(part.Outcome, step, StepState.Completed, AuditVerbs.StepWasCompleted);
    }

    /// <summary>The order that the same decision made when it was given before.</summary>
    private static (OrderRow Order, ProcedureRow Procedure)? FindPlaced(CommandRun run, StudyRow study, OrderStudy decision)
    {
        foreach (var link in study.Links.Where(static link => link is { LinkState: LinkState.Linked, Rule: LinkRule.Person }))
        {
            if (run.Workspace.Order(link.OrderId) is not { } order
                || order.Procedures.Find(one => one.Id == link.ProcedureId) is not { } procedure) continue;
            if (procedure.StudyInstanceUid == study.StudyInstanceUid && procedure.Steps.Exists(StepMoves.IsUnscheduled)
                && Agrees(decision.PlacerNumber, order.PlacerNumber) && Agrees(decision.FillerNumber, order.FillerNumber)
                && Agrees(decision.AccessionNumber, procedure.AccessionNumber)
                && (decision.RequestedProcedureId ?? procedure.RequestedProcedureId) == procedure.RequestedProcedureId)
                return (order, procedure);
        }

        return null;

        static bool Agrees(Identifier? given, Identifier? known) => given is not { } number || (known is { } own && number.Names(own));
    }

    private static bool Refuses(CommandRun run, StudyRow study, OrderStudy decision)
    {
        var problem = !study.IsWaiting ? DecisionProblems.IsLinked(decision)
            : study.Hold is not null ? DecisionProblems.StudyOnHold(decision)
            : study.PatientId is null ? DecisionProblems.UnknownPatient(decision)
            : Given(run, decision).Any(static order => !order.EnteredInError) ? DecisionProblems.NumberTaken(decision)
            : StudyRequests.Orders(run.Workspace, study).Any(order => !order.EnteredInError && !IsRejected(study, order))
                ? DecisionProblems.ShownNumberTaken(decision)
                : null;
        if (problem is not null) run.Add(problem);
        return problem is not null;
    }

    private static bool IsRejected(StudyRow study, OrderRow order) => order.Procedures.TrueForAll(procedure =>
        study.Links.Exists(link => link.ProcedureId == procedure.Id && link.LinkState == LinkState.Rejected));

    /// <summary>The orders that have a number that is given.</summary>
    private static IEnumerable<OrderRow> Given(CommandRun run, OrderStudy decision)
    {
        if (decision.PlacerNumber is { } placer)
        {
            foreach (var order in run.Workspace.FindByPlacer(placer.Value))
                if (placer.Names(order.PlacerNumber!.Value)) yield return order;
        }

        if (decision.FillerNumber is { } filler)
        {
            foreach (var order in run.Workspace.FindByFiller(filler.Value))
                if (filler.Names(order.FillerNumber!.Value)) yield return order;
        }

        if (decision.AccessionNumber is not { } accession) yield break;
        foreach (var order in run.Workspace.FindByAccession(accession.Value))
            if (order.Procedures.Exists(one => accession.Names(one.AccessionNumber))) yield return order;
    }

    private static OrderCommand CommandOf(CommandRun run, StudyRow study, OrderStudy decision)
    {
        var shown = Attributes.Read(study.Attributes);
        var zone = run.Context.SiteZone;
        var started = StudyTimes.Started(study, zone) ?? study.ReceivedAt;
        var start = decision.Start is null ? started.AddTicks(-(started.Ticks % TimeSpan.TicksPerSecond)) : (DateTimeOffset?)null;
        var description = decision.Description ?? shown.GetString(Tags.StudyDescription)
            ?? shown.GetString(Tags.RequestedProcedureDescription);
        var step = new DataSet().Set(Tags.Modality, decision.Modality ?? ModalityOf(study));
        if (description is not null) step.Set(Tags.ScheduledProcedureStepDescription, description);
        return new OrderCommand
        {
            Request = OrderRequest.Place,
            PlacerNumber = Number(decision.PlacerNumber, static request => request.PlacerNumber, run.Workspace.FindByPlacer),
            FillerNumber = Number(decision.FillerNumber, static request => request.FillerNumber, run.Workspace.FindByFiller),
            AccessionNumber = Number(decision.AccessionNumber, static request => request.AccessionNumber, run.Workspace.FindByAccession),
            RequestedProcedureId = decision.RequestedProcedureId,
            StudyInstanceUid = study.StudyInstanceUid,
            Procedure = new ProcedureDetails
            {
                Attributes = ProcedureOf(shown, description),
                Steps =
                [
                    new StepDetails
                    {
                        Attributes = step,
                        Start = decision.Start ?? SiteTime.LocalOf(zone, start!.Value),
                        StartInstant = start,
                    },
                ],
            },
        };

        // A number that an order has was typed wrong, as a person has said.
        Identifier? Number(Identifier? given, Func<StudyRequest, Identifier?> read, Func<string, IReadOnlyList<OrderRow>> find) =>
            given ?? StudyRequests.Of(study).Select(read).FirstOrDefault(number => number is { } known && find(known.Value).Count == 0);
    }

    private static DataSet ProcedureOf(DataSet shown, string? description)
    {
        var attributes = new DataSet();
        if (description is not null) attributes.Set(Tags.RequestedProcedureDescription, description);
        var codes = shown.GetItems(Tags.RequestedProcedureCodeSequence) is { Count: > 0 } requested
            ? requested
            : shown.GetItems(Tags.ProcedureCodeSequence);
        if (codes.Count > 0) attributes.SetSequence(Tags.RequestedProcedureCodeSequence, [.. codes.Select(static code => code.Copy())]);
        if (shown.TryGet(Tags.ReferringPhysicianName, out var referrer)) attributes.Add(referrer);
        return attributes;
    }

    private static string ModalityOf(StudyRow study) =>
        (study.Series.Find(static series => !Documents.Contains(series.Modality)) ?? study.Series[0]).Modality;

    private static OrderResult ResultOf(OrderStudy decision, OrderRow order, ProcedureRow procedure) => new(
        decision, IsDone: true, IsPartly: false, procedure.Steps[0].StepState, order.PlacerNumber, order.FillerNumber,
        [
            .. procedure.Steps.Select(step => new StepKeys(
                procedure.AccessionNumber, procedure.RequestedProcedureId, procedure.StudyInstanceUid, step.StepId))
        ]);
}
