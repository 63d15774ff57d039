using CloudPacs.EndToEnd.Tests.Engines;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>What must hold after any number of crashes, once every message is acknowledged.</summary>
internal static class ExactlyOnce
{
    public static async Task CheckAsync(TestedEngine engine, IReadOnlyList<PatientCase> patients)
    {
        await using var database = new EngineDatabase(engine);
        await CheckJournalAsync(database, patients);

        var stored = await database.StepsAsync();
        Assert.Equal(patients.SelectMany(static patient => patient.Orders).Order(), stored.Select(static step => step.Placer).Order());
        Assert.Equal(stored.Count, stored.Select(static step => step.Accession).Distinct().Count());
        Assert.Equal(stored.Count, stored.Select(static step => step.StudyUid).Distinct().Count());
        Assert.Equal(stored.Count, await database.CountAsync("imaging_order"));
        Assert.Equal(stored.Count, await database.CountAsync("fhir_resource WHERE type = 'ServiceRequest'"));

        var listed = await Worklist.AllAsync(engine);
        Assert.Equal(
            stored.Where(static step => step.IsOpen).Select(static step => (step.Accession, step.StudyUid, step.StepId, step.Start)).Order(),
            listed.Select(static step => (step.Accession, step.StudyUid, step.StepId, step.Start)).Order());
        var placers = stored.ToDictionary(static step => step.Accession, static step => step.Placer);
        Assert.Equal(
            patients.SelectMany(static patient => patient.Listed).OrderBy(static order => order.Placer),
            listed.Select(step => new ListedOrder(placers[step.Accession], step.PatientId, step.Name, step.Start)).OrderBy(static order => order.Placer));
    }

    /// <summary>Each message applied exactly once, those of a patient in the order in which they were sent, and nothing refused or parked.</summary>
    private static async Task CheckJournalAsync(EngineDatabase database, IReadOnlyList<PatientCase> patients)
    {
        var applied = await database.AppliedAsync();
        Assert.Equal(patients.SelectMany(static patient => patient.ControlIds).Order(), applied.Order());
        var place = applied.Index().ToDictionary(static entry => entry.Item, static entry => entry.Index);
        foreach (var patient in patients) Assert.Equal(patient.ControlIds.OrderBy(id => place[id]), patient.ControlIds);
        Assert.Equal(applied.Count, await database.CountAsync("message_identity"));
        Assert.Equal(0, await database.CountAsync("message_journal WHERE status NOT IN (0, 3)"));
    }
}
