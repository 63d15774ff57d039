namespace CloudPacs.Domain.Orders;

/// <summary>Studies that were stored before their order came, or before the number by which they name it was known.</summary>
internal static class WaitingStudies
{
    /// <summary>Links those that name one of the orders that a command was about.</summary>
    public static void Take(OrderRun run)
    {
        if (run.Orders.Count == 0 || run.Outcome.HasErrors) return;
        var keys = run.Keys;
        foreach (var study in run.Workspace.FindWaitingStudies(
            keys.Placer?.Value, keys.Filler?.Value, keys.Accession?.Value, keys.StudyInstanceUid))
            StudyLinks.Find(run.Run, study, run.Orders, performed: []);
        if (keys.Accession is not { } accession) return;
        foreach (var study in run.Workspace.FindStudiesByAccession(accession.Value))
            StudyLinks.Doubt(run.Run, study, run.Workspace.FindByAccession(accession.Value));
    }
}
