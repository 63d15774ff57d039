using CloudPacs.Dicom;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>Finds which procedure of a known order a command describes.</summary>
internal static class ProcedureMatch
{
    /// <summary>
    /// By Study UID, then accession number with procedure id, then one of both, then the steps named; an order with one procedure needs no
    /// key.
    /// </summary>
    public static ProcedureRow? Find(OrderRun run, OrderRow order)
    {
        var keys = run.Keys;
        var procedures = order.Procedures;
        if (keys.StudyInstanceUid is { } uid && procedures.Find(p => p.StudyInstanceUid == uid) is { } byUid) return byUid;
        if (run.Keys.StepIds.Count > 0 && ByStep(run, procedures) is { } byStep) return byStep;
        if (keys.Accession is { } accession)
        {
            var named = procedures.FindAll(p => p.AccessionNumber.Matches(accession));
            if (keys.RequestedProcedureId is { } id) return named.Find(p => p.RequestedProcedureId == id);
            if (named.Count > 0) return named.Find(p => !run.Shared.Described.Contains(p.Id)) ?? named[0];
            // The placer may learn of the accession number that we made only later, or bring its own.
            return procedures is [var only] && IsOurs(order, only) && !run.Shared.Described.Contains(only.Id) ? only : null;
        }

        if (keys.RequestedProcedureId is { } procedureId) return procedures.Find(p => p.RequestedProcedureId == procedureId);
        if (keys.StudyInstanceUid is not null && procedures.Count > 1) return null;
        var free = procedures.FindAll(p => !run.Shared.Described.Contains(p.Id));
        return free.Find(p => CodeOf(Attributes.Read(p.Attributes)) == CodeOf(run.Command.Procedure!.Attributes)) ?? free.FirstOrDefault();
    }

    private static ProcedureRow? ByStep(OrderRun run, List<ProcedureRow> procedures) =>
        procedures.Find(p => (run.Keys.Accession is not { } accession || p.AccessionNumber.Matches(accession))
            && (run.Keys.RequestedProcedureId is not { } id || p.RequestedProcedureId == id)
            && p.Steps.Exists(step => run.Keys.StepIds.Any(known => StepIds.IsKnownAs(step, known))));

    /// <summary>The accession number is the filler number that we made for a placer that gave neither.</summary>
    private static bool IsOurs(OrderRow order, ProcedureRow procedure) =>
        order.FillerNumber is { } filler && filler.Matches(procedure.AccessionNumber);

    private static string? CodeOf(DataSet attributes) =>
        attributes.GetItems(Tags.RequestedProcedureCodeSequence) is [var code, ..] ? code.GetString(Tags.CodeValue) : null;
}
