using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Makes requested procedures with their accession number, id and Study Instance UID: given, shared, or made by policy.</summary>
internal static class ProcedureFactory
{
    /// <summary>The new procedure, or null with a problem.</summary>
    public static ProcedureRow? Create(OrderRun run, OrderRow order)
    {
        if (AccessionOf(run) is not { } accession || IsOfAnother(run, order, accession)) return null;
        var sibling = Sibling(run, order);
        if (ProcedureIdOf(run, order, sibling) is not { } procedureId) return null;
        if ((run.Keys.StudyInstanceUid ?? sibling?.StudyInstanceUid ?? MakeUid(run, order, accession)) is not { } uid) return null;
        var procedure = run.Workspace.AddProcedure(order, accession, procedureId, uid);
        if (!IsGiven(run)) run.Outcome.Record(AuditVerbs.ProcedureNumbered, procedure.Id);
        return procedure;
    }

    /// <summary>
    /// The procedure of another order that this one is a part of: the same accession number (or Study UID) and no other procedure id.
    /// Several placer orders that are done in one examination then share its ids.
    /// </summary>
    public static ProcedureRow? Sibling(OrderRun run, OrderRow order)
    {
        var keys = run.Keys;
        IEnumerable<OrderRow> others = keys.Accession is { } accession
            ? run.Workspace.FindByAccession(accession)
            : keys.StudyInstanceUid is { } uid ? run.Workspace.FindByStudyUid(uid) : [];
        var patient = run.Workspace.Patient(order.PatientId);
        others = others.Where(other => other.Id != order.Id && PatientRegistry.IsOf(run.Run, other, patient));
        return others.SelectMany(static other => other.Procedures).FirstOrDefault(p =>
            (keys.Accession is not { } number || p.AccessionNumber.Matches(number))
            && (keys.StudyInstanceUid is null || p.StudyInstanceUid == keys.StudyInstanceUid)
            && (keys.RequestedProcedureId is null || p.RequestedProcedureId == keys.RequestedProcedureId));
    }

    /// <summary>
    /// Several orders may share an examination, but never those of two patients: images of one would be filed under the other.
    /// </summary>
    private static bool IsOfAnother(OrderRun run, OrderRow order, Identifier accession)
    {
        var patient = run.Workspace.Patient(order.PatientId);
        if (IsGiven(run) && run.Workspace.FindByAccession(accession).Any(IsInUse))
            run.Add(OrderProblems.AccessionOfAnotherPatient(run.Command));
        else if (run.Keys.StudyInstanceUid is { } uid
            && run.Workspace.FindByStudyUid(uid).Any(other => !PatientRegistry.IsOf(run.Run, other, patient)))
            run.Add(OrderProblems.UidOfAnotherPatient(run.Command));
        else return false;
        return true;

        bool IsInUse(OrderRow other) => !PatientRegistry.IsOf(run.Run, other, patient) && !OrderSearch.IsCanceled(other);
    }

    /// <summary>A number of a sequence is new; any other may be known.</summary>
    private static bool IsGiven(OrderRun run) =>
        run.Keys.Accession is not null || SourceOf(run.Policy, run.Keys) is { Value.Length: <= GeneratedNumber.MaxLength };

    /// <summary>The number that serves as accession number by policy; null where a new one is made, or none.</summary>
    public static Identifier? SourceOf(DomainPolicy policy, OrderKeys keys) =>
        policy.MissingAccession switch
        {
            AccessionSource.FillerNumber => keys.Filler,
            AccessionSource.PlacerNumber => keys.Placer,
            _ => null,
        };

    private static Identifier? AccessionOf(OrderRun run)
    {
        if (run.Keys.Accession is { } given)
        {
            if (given.Value.Length <= GeneratedNumber.MaxLength) return given;
            run.Add(OrderProblems.TooLong(run.Command, Field.AccessionNumber));
            return null;
        }

        if (SourceOf(run.Policy, run.Keys) is { Value.Length: <= GeneratedNumber.MaxLength } number)
            return Authorities.Scoped(new Identifier(number.Value), run.Context.AccessionAuthority);
        if (run.Policy.MissingAccession == AccessionSource.Refuse)
        {
            run.Add(OrderProblems.NoAccession(run.Command));
            return null;
        }

        if (run.Policy.AccessionFormat(run.Context.LocalNow, () => run.Workspace.NextNumber("accession"), out var fault) is { } made)
            return Authorities.Scoped(new Identifier(made), run.Context.AccessionAuthority ?? run.Context.OwnAuthority);
        run.Add(OrderProblems.BadAccessionFormat(run.Command, fault!));
        return null;
    }

    private static string? ProcedureIdOf(OrderRun run, OrderRow order, ProcedureRow? sibling)
    {
        if (run.Keys.RequestedProcedureId is { } given)
        {
            if (given.Length <= GeneratedNumber.MaxLength) return given;
            run.Add(OrderProblems.TooLong(run.Command, Field.RequestedProcedureId));
            return null;
        }

        if (sibling is not null) return sibling.RequestedProcedureId;
        // Two procedures of one order cannot both be called by its filler number.
        if (run.Keys.Filler is { Value.Length: <= GeneratedNumber.MaxLength } filler
            && !order.Procedures.Exists(p => p.RequestedProcedureId == filler.Value)) return filler.Value;
        return GeneratedNumber.Next(run.Workspace, "requested-procedure", "RP");
    }

    private static string? MakeUid(OrderRun run, OrderRow order, Identifier accession)
    {
        switch (run.Policy.MissingUid)
        {
            case UidSource.Refuse:
                run.Add(OrderProblems.NoStudyUid(run.Command));
                return null;
            case UidSource.Random:
                return StudyUids.MakeRandom();
            case UidSource.Root:
                if (StudyUids.FromRoot(run.Policy.UidRoot, run.Context.LocalNow, run.Workspace.NextNumber("study-uid")) is { } uid)
                    return uid;
                run.Add(OrderProblems.BadUidRoot(run.Command));
                return null;
            default:
                return Derive(run, order, accession);
        }
    }

    private static string Derive(OrderRun run, OrderRow order, Identifier accession)
    {
        var taken = TakenUids(run, order);
        for (var setId = Math.Max(1, run.Command.Place); ; setId++)
        {
            var name = StudyUids.Name(run.Keys, accession, IsGiven(run), setId, run.Context.AccessionAuthority);
            var uid = StudyUids.Derive(run.Workspace.InstallationNamespace, name);
            if (!taken.Contains(uid)) return uid;
            // A second procedure under the same accession number: its own id tells it apart.
            var own = run.Keys.RequestedProcedureId ?? setId.ToString(System.Globalization.CultureInfo.InvariantCulture);
            uid = StudyUids.Derive(run.Workspace.InstallationNamespace, $"{name}|{own}");
            if (!taken.Contains(uid)) return uid;
        }
    }

    /// <summary>Those of the order, of its accession number, and of orders of other patients that had its numbers before.</summary>
    private static HashSet<string> TakenUids(OrderRun run, OrderRow order)
    {
        IEnumerable<OrderRow> orders = [order];
        if (run.Keys.Accession is { } accession) orders = orders.Concat(run.Workspace.FindByAccession(accession));
        if (run.Keys.Placer is { } placer) orders = orders.Concat(OfOthers(run.Workspace.FindByPlacer(placer)));
        if (run.Keys.Filler is { } filler) orders = orders.Concat(OfOthers(run.Workspace.FindByFiller(filler)));
        return [.. orders.SelectMany(static o => o.Procedures).Select(static p => p.StudyInstanceUid)];

        IEnumerable<OrderRow> OfOthers(IEnumerable<OrderRow> named) => named.Where(other => other.PatientId != order.PatientId);
    }
}
