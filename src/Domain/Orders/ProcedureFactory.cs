using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Makes requested procedures with their accession number, id and Study Instance UID: given, shared, or made by the sender's policy (mapping reference a.8).</summary>
internal static class ProcedureFactory
{
    /// <summary>The new procedure, or null with a problem.</summary>
    public static ProcedureRow? Create(MessageRun run, OrderRow order, OrderUnit unit)
    {
        if (AccessionOf(run, unit) is not { } accession || IsOfAnother(run, order, unit, accession)) return null;
        var sibling = Sibling(run, order, unit);
        if (ProcedureIdOf(run, order, unit, sibling) is not { } procedureId) return null;
        if ((unit.Keys.StudyInstanceUid ?? sibling?.StudyInstanceUid ?? MakeUid(run, order, unit, accession)) is not { } uid) return null;
        return run.Workspace.AddProcedure(order, accession, procedureId, uid);
    }

    /// <summary>
    /// The procedure of another order that this one is a part of: the same accession number (or Study UID) and no other procedure id. Several
    /// placer orders that are done in one examination then share its ids.
    /// </summary>
    public static ProcedureRow? Sibling(MessageRun run, OrderRow order, OrderUnit unit)
    {
        var keys = unit.Keys;
        IEnumerable<OrderRow> others = keys.Accession is { } accession
            ? run.Workspace.FindByAccession(accession)
            : keys.StudyInstanceUid is { } uid ? run.Workspace.FindByStudyUid(uid) : [];
        return others.Where(other => other.Id != order.Id).SelectMany(static other => other.Procedures).FirstOrDefault(p =>
            (keys.Accession is not { } number || p.AccessionNumber.Names(number))
            && (keys.StudyInstanceUid is null || p.StudyInstanceUid == keys.StudyInstanceUid)
            && (keys.RequestedProcedureId is null || p.RequestedProcedureId == keys.RequestedProcedureId));
    }

    /// <summary>Several orders may share an examination, but never those of two patients: images of one would be filed under the other.</summary>
    private static bool IsOfAnother(MessageRun run, OrderRow order, OrderUnit unit, Identifier accession)
    {
        var patient = run.Workspace.Patient(order.PatientId);
        if (IsFromMessage(run, unit) && run.Workspace.FindByAccession(accession).Any(other => !PatientRegistry.IsOf(run, other, patient)))
            run.Outcome.Add(OrderProblems.OfAnother(OrderProblems.AccessionField(unit), "accession number"));
        else if (unit.Keys.StudyInstanceUid is { } uid && run.Workspace.FindByStudyUid(uid).Any(other => !PatientRegistry.IsOf(run, other, patient)))
            run.Outcome.Add(OrderProblems.OfAnother(OrderProblems.UidField(unit), "Study Instance UID"));
        else return false;
        return true;
    }

    /// <summary>A number of a sequence is new; any other may be known.</summary>
    private static bool IsFromMessage(MessageRun run, OrderUnit unit) =>
        unit.Keys.Accession is not null || SourceOf(run, unit) is { Value.Length: <= GeneratedNumber.MaxLength };

    private static Identifier? SourceOf(MessageRun run, OrderUnit unit) =>
        run.Policy.MissingAccession switch { "fromFiller" => unit.Keys.Filler, "fromPlacer" => unit.Keys.Placer, _ => null };

    private static Identifier? AccessionOf(MessageRun run, OrderUnit unit)
    {
        if (unit.Keys.Accession is { } given)
        {
            if (given.Value.Length <= GeneratedNumber.MaxLength) return given;
            run.Outcome.Add(OrderProblems.TooLong(unit, OrderProblems.AccessionField(unit)));
            return null;
        }

        var authority = OrderKeys.AccessionAuthority(run.Policy, run.Facts);
        if (SourceOf(run, unit) is { Value.Length: <= GeneratedNumber.MaxLength } number) return Authorities.Scoped(new Identifier(number.Value), authority);
        if (run.Policy.MissingAccession == "reject")
        {
            run.Outcome.Add(OrderProblems.NoAccession(unit));
            return null;
        }

        if (AccessionPattern.TryParse(run.Policy.AccessionPattern, out var error) is { } pattern)
            return Authorities.Scoped(new Identifier(pattern.Format(run.Facts.LocalNow, run.Workspace.NextNumber("accession"))), authority);
        run.Outcome.Add(OrderProblems.BadPattern(unit, error!));
        return null;
    }

    private static string? ProcedureIdOf(MessageRun run, OrderRow order, OrderUnit unit, ProcedureRow? sibling)
    {
        if (unit.Keys.RequestedProcedureId is { } given)
        {
            if (given.Length <= GeneratedNumber.MaxLength) return given;
            run.Outcome.Add(OrderProblems.TooLong(unit, unit.First.IpcOccurrence > 0 ? unit.At("IPC", 2) : unit.At("OBR", 19)));
            return null;
        }

        if (sibling is not null) return sibling.RequestedProcedureId;
        // Two procedures of one order cannot both be called by its filler number.
        if (unit.Keys.Filler is { Value.Length: <= GeneratedNumber.MaxLength } filler
            && !order.Procedures.Exists(p => p.RequestedProcedureId == filler.Value)) return filler.Value;
        return GeneratedNumber.Next(run.Workspace, "requested-procedure", "RP");
    }

    private static string? MakeUid(MessageRun run, OrderRow order, OrderUnit unit, Identifier accession)
    {
        switch (run.Policy.MissingUid)
        {
            case "reject":
                run.Outcome.Add(OrderProblems.NoStudyUid(unit));
                return null;
            case "random":
                return StudyUids.MakeRandom();
            case "root":
                if (StudyUids.FromRoot(run.Policy.UidRoot, run.Facts.LocalNow, run.Workspace.NextNumber("study-uid")) is { } uid) return uid;
                run.Outcome.Add(OrderProblems.BadUidRoot(unit));
                return null;
            default:
                return Derive(run, order, unit, accession);
        }
    }

    private static string Derive(MessageRun run, OrderRow order, OrderUnit unit, Identifier accession)
    {
        var authority = OrderKeys.AccessionAuthority(run.Policy, run.Facts);
        var taken = TakenUids(run, order, unit);
        for (var setId = Math.Max(1, unit.First.ObrOccurrence); ; setId++)
        {
            var name = StudyUids.Name(unit.Keys, accession, IsFromMessage(run, unit), setId, authority);
            var uid = StudyUids.Derive(run.Workspace.InstallationNamespace, name);
            if (!taken.Contains(uid)) return uid;
            // A second procedure under the same accession number: its own id tells it apart.
            uid = StudyUids.Derive(run.Workspace.InstallationNamespace, $"{name}|{unit.Keys.RequestedProcedureId ?? setId.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
            if (!taken.Contains(uid)) return uid;
        }
    }

    private static HashSet<string> TakenUids(MessageRun run, OrderRow order, OrderUnit unit)
    {
        var procedures = order.Procedures.AsEnumerable();
        if (unit.Keys.Accession is { } accession) procedures = procedures.Concat(run.Workspace.FindByAccession(accession).SelectMany(static o => o.Procedures));
        return [.. procedures.Select(static p => p.StudyInstanceUid)];
    }
}
