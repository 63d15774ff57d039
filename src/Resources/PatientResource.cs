using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Translation;

namespace CloudPacs.Resources;

/// <summary>
/// Patients: identifiers, whether the patient is in use, and links of merged (FHIR R4 patient.html 8.1.10) and linked ones.
/// </summary>
internal sealed class PatientResource()
    : ResourceType<PatientRow>("Patient")
{
    protected override void ShowWith(PatientRow row, ResourceRun run) =>
        run.Show(row.MergedInto is null ? null : run.Workspace.Survivor(row.Id));

    /// <summary>A survivor that a merge brought into being is who the prior patient was.</summary>
    protected override Row? PredecessorOf(PatientRow row, ResourceRun run)
    {
        foreach (var shown in run.Rows)
        {
            if (shown is PatientRow prior && prior.MergedInto == row.Id) return prior;
        }

        return null;
    }

    protected override FhirState StateOf(PatientRow row, ResourceRun run) => new()
    {
        PatientReference = ResourceRun.Reference("Patient", row),
        PatientId = row.Identifiers.Find(static held => held.IsPrimary)?.Identifier.ToMapped(),
        OtherPatientIds = Numbers(row, IsOther),
        PriorPatientIds = Numbers(row, IsPrior),
        IsPatientActive = IsActive(row),
    };

    protected override void Write(PatientRow row, FhirState state, ResourceElements elements)
    {
        elements.Flag("active", IsActive(row));
        // The ids of a merged patient went to the survivor; its resource still tells what it was known by.
        if (row.MergedInto is null) WriteIdentifiers(row, elements);
        WriteLinks(row, elements);
    }

    private static void WriteIdentifiers(PatientRow row, ResourceElements elements)
    {
        elements.Identifier("primary", row.Identifiers.Find(static held => held.IsPrimary)?.Identifier, null, "usual");
        elements.RenewItems("identifier", "other-");
        elements.RenewItems("identifier", "prior-");
        var (others, priors) = (0, 0);
        foreach (var held in row.Identifiers)
        {
            if (IsOther(held)) elements.Identifier($"other-{++others}", held.Identifier, null);
        }

        foreach (var held in row.Identifiers)
        {
            if (IsPrior(held)) elements.Identifier($"prior-{++priors}", held.Identifier, null, "old");
        }
    }

    private static void WriteLinks(PatientRow row, ResourceElements elements)
    {
        var run = elements.Run;
        elements.RenewItems("link", "replacedby");
        if (row.MergedInto is not null) Link("replacedby", run.SurvivorOf(row.Id), "replaced-by");
        foreach (var prior in run.Rows)
            if (prior is PatientRow { MergedInto: not null } && run.SurvivorOf(prior.Id) == row.Id)
                Link($"replaces{prior.Id:N}", prior.Id, "replaces");
        elements.RenewItems("link", "seealso");
        foreach (var other in row.LinkedTo) Link($"seealso{other:N}", other, "seealso");

        void Link(string id, Guid other, string type) => elements.Item("link", id, json =>
        {
            json.BeginObject();
            json.Name("other"u8);
            json.BeginObject();
            json.Text("reference"u8, ResourceRun.Reference("Patient", other));
            json.EndObject();
            json.Text("type"u8, type);
            json.EndObject();
        });
    }

    private static bool IsActive(PatientRow row) => row is { Active: true, MergedInto: null };

    private static bool IsOther(PatientIdentifier held) => held is { IsPrimary: false, IsPrior: false };

    private static bool IsPrior(PatientIdentifier held) => held.IsPrior;

    private static MappedIdentifier[] Numbers(PatientRow row, Predicate<PatientIdentifier> isMeant) => row.Identifiers.Exists(isMeant)
        ? [.. row.Identifiers.FindAll(isMeant).Select(static held => held.Identifier.ToMapped())]
        : [];
}
