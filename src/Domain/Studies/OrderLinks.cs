using CloudPacs.Domain.Orders;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>Links that a person makes, refuses or gives back to the rules.</summary>
internal static class OrderLinks
{
    /// <param name="run">The run.</param>
    /// <param name="study">The study.</param>
    /// <param name="decision">Which order.</param>
    /// <param name="isOnly">Whether it is of no other order.</param>
    public static void Accept(CommandRun run, StudyRow study, OrderDecision decision, bool isOnly)
    {
        var isDoubted = ShownPerson.IsDoubted(study);
        if (Find(run, study, decision, link => IsCandidate(link) || (isDoubted && link.LinkState == LinkState.Linked)) is not { } procedure)
            return;
        var order = run.Workspace.Order(procedure.OrderId)!;
        if (order.EnteredInError)
        {
            run.Add(DecisionProblems.OrderEnteredInError(decision));
            return;
        }

        var others = study.Links.FindAll(link => link.LinkState == LinkState.Linked && link.ProcedureId != procedure.Id);
        if (isOnly)
        {
            foreach (var other in others)
            {
                Decide(run, study, other, LinkState.Rejected, decision);
                PlacedOrders.Settle(run, study, other, decision);
            }
        }
        else if (others.Exists(link => run.Workspace.Order(link.OrderId) is { } linked && OwnerOf(run, linked) != OwnerOf(run, order)))
        {
            run.Add(DecisionProblems.LinkedToOtherPatient(decision));
            return;
        }

        Link(run, study, order, procedure, decision);
    }

    /// <summary>The study is of the procedure, as a person said.</summary>
    public static void Link(CommandRun run, StudyRow study, OrderRow order, ProcedureRow procedure, OrderDecision decision)
    {
        var link = study.Links.Find(link => link.ProcedureId == procedure.Id) ?? run.Workspace.AddLink(study, id => new StudyLinkRow(id)
        {
            StudyId = study.Id, OrderId = order.Id, ProcedureId = procedure.Id, Rule = LinkRule.Person, LinkState = LinkState.Withdrawn,
            DecidedBy = run.Context.Actor, DecidedAt = run.Context.ReceivedAt,
        });
        study.Flags.Remove(StudyFlags.NoOrder);
        study.Facility ??= order.Facility;
        Decide(run, study, link, LinkState.Linked, decision);
        Settle(run, study);
    }

    public static void Reject(CommandRun run, StudyRow study, RejectOrder decision)
    {
        if (Find(run, study, decision, static link => IsCandidate(link) || link.LinkState == LinkState.Linked) is not { } procedure) return;
        var link = study.Links.Find(link => link.ProcedureId == procedure.Id && link.LinkState != LinkState.Withdrawn);
        if (link is null)
        {
            run.Add(DecisionProblems.NoLink(decision));
            return;
        }

        Decide(run, study, link, LinkState.Rejected, decision);
        PlacedOrders.Settle(run, study, link, decision);
        Settle(run, study);
    }

    public static void Reconsider(CommandRun run, StudyRow study, ReconsiderStudy decision)
    {
        var decided = study.Links.FindAll(static link => link is { Rule: LinkRule.Person, LinkState: not LinkState.Withdrawn });
        if (decision.NamesOrder)
        {
            if (Find(run, study, decision, static link => link.Rule == LinkRule.Person) is not { } procedure) return;
            decided.RemoveAll(link => link.ProcedureId != procedure.Id);
        }

        var wasIgnored = !decision.NamesOrder && study.Flags.Remove(StudyFlags.NoOrder);
        if (decided.Count == 0 && !wasIgnored)
        {
            run.Add(DecisionProblems.NothingDecided(decision));
            return;
        }

        foreach (var link in decided)
        {
            link.LinkState = LinkState.Withdrawn;
            link.Touch();
        }

        study.Touch();
        run.Outcome.Record(AuditVerbs.StudyReconsidered, study.Id);
        // The patient first: links are found by whose images they are.
        Settle(run, study);
        var performed = run.Workspace.Rows.OfType<PerformedStepRow>().Where(row => row.Id == study.PerformedStepId).ToList();
        StudyLinks.Find(run, study, OrdersOf(run, study), performed);
        foreach (var link in decided) PlacedOrders.Settle(run, study, link, decision);
        Settle(run, study);
    }

    private static bool IsCandidate(StudyLinkRow link) => link.LinkState is LinkState.Suggested or LinkState.Conflict;

    private static Guid? OwnerOf(CommandRun run, OrderRow order) => run.Workspace.Survivor(order.PatientId)?.Id;

    private static void Decide(CommandRun run, StudyRow study, StudyLinkRow link, LinkState state, OrderDecision decision)
    {
        if (link.Rule == LinkRule.Person && link.LinkState == state) return;
        (link.Rule, link.LinkState, link.Reason) = (LinkRule.Person, state, decision.Reason);
        (link.DecidedBy, link.DecidedAt) = (run.Context.Actor, run.Context.ReceivedAt);
        link.Touch();
        study.Touch();
        run.Outcome.Record(state == LinkState.Linked ? AuditVerbs.StudyLinked : AuditVerbs.StudyUnlinked, study.Id);
    }

    /// <summary>The procedure that is meant: the one that has the numbers, else the only one whose link is looked for.</summary>
    private static ProcedureRow? Find(CommandRun run, StudyRow study, OrderDecision decision, Predicate<StudyLinkRow> isMeant)
    {
        if (!decision.NamesOrder)
        {
            var links = study.Links.FindAll(isMeant);
            if (links.Count != 1)
                run.Add(links.Count == 0 ? DecisionProblems.NoCandidate(decision) : DecisionProblems.SeveralCandidates(decision));
            return links is [var only] ? Procedures(run, [only.OrderId]).Find(one => one.Id == only.ProcedureId) : null;
        }

        var found = Named(run, study, decision);
        // Of several that have a number it is the one that was suggested.
        if (found.Count > 1 && found.FindAll(one => study.Links.Exists(link => link.ProcedureId == one.Id && isMeant(link))) is [var meant])
            return meant;
        if (found is [var one]) return one;
        run.Add(found.Count == 0 ? DecisionProblems.UnknownOrder(decision) : DecisionProblems.SeveralOrders(decision));
        return null;
    }

    private static List<ProcedureRow> Named(CommandRun run, StudyRow study, OrderDecision decision)
    {
        IEnumerable<OrderRow> orders = decision switch
        {
            { PlacerNumber: { } placer } => run.Workspace.FindByPlacer(placer.Value),
            { FillerNumber: { } filler } => run.Workspace.FindByFiller(filler.Value),
            { AccessionNumber: { } accession } => run.Workspace.FindByAccession(accession.Value),
            _ => OrdersOf(run, study),
        };
        return
        [
            .. from order in orders
            where decision.PlacerNumber is not { } placer || (order.PlacerNumber is { } known && placer.Names(known))
            where decision.FillerNumber is not { } filler || (order.FillerNumber is { } known && filler.Names(known))
            from procedure in order.Procedures
            where decision.AccessionNumber is not { } accession || accession.Names(procedure.AccessionNumber)
            where decision.RequestedProcedureId is not { } id || id == procedure.RequestedProcedureId
            select procedure
        ];
    }

    /// <summary>The orders that the study is, or may be, of, and those that share a number with it.</summary>
    private static List<OrderRow> OrdersOf(CommandRun run, StudyRow study)
    {
        var linked = study.Links.Select(link => run.Workspace.Order(link.OrderId)).OfType<OrderRow>();
        return [.. linked.Concat(StudyRequests.Orders(run.Workspace, study)).Distinct()];
    }

    private static List<ProcedureRow> Procedures(CommandRun run, IEnumerable<Guid> orders) =>
        [.. orders.Select(run.Workspace.Order).OfType<OrderRow>().SelectMany(static order => order.Procedures)];

    /// <summary>
    /// What follows from the links: the patient, who is that of an order that a person chose, else whoever has the id that the images show;
    /// and the flags that name what is still to be decided.
    /// </summary>
    private static void Settle(CommandRun run, StudyRow study)
    {
        var linked = study.Links.FindAll(static link => link.LinkState == LinkState.Linked);
        var chosen = linked.Find(static link => link.Rule == LinkRule.Person) is { } link ? OwnerOf(run, link) : null;
        var owner = chosen ?? ShownPatients.Find(run, study.ShownPatientId)?.Id ?? (linked is [var first, ..] ? OwnerOf(run, first) : null);
        if (study.PatientId is not { } known || run.Workspace.Survivor(known)?.Id != owner)
        {
            if (study.PatientId != owner) run.Outcome.Record(AuditVerbs.StudyPatient, study.Id);
            study.PatientId = owner;
        }

        Flag(StudyFlags.PatientMismatch, linked.Count == 0 && study.Links.Exists(static one => one.LinkState == LinkState.Conflict));
        Flag("multiple-candidates", linked.Count == 0 && study.Links.Count(static one => one.LinkState == LinkState.Suggested) > 1);
        Flag(StudyFlags.NoPatientId, linked.Count == 0 && study.ShownPatientId is null && study.Links.Exists(IsCandidate));
        Flag("uid-mismatch", Procedures(run, linked.Select(static one => one.OrderId))
            .Exists(one => linked.Exists(link => link.ProcedureId == one.Id) && one.StudyInstanceUid != study.StudyInstanceUid));

        ShownPerson.Settle(run, study);

        void Flag(string flag, bool holds)
        {
            if (holds ? study.Flags.Add(flag) : study.Flags.Remove(flag)) study.Touch();
        }
    }

    private static Guid? OwnerOf(CommandRun run, StudyLinkRow link) =>
        run.Workspace.Order(link.OrderId) is { } order ? OwnerOf(run, order) : null;
}
