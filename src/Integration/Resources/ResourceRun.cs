using CloudPacs.Store;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Resources;

/// <summary>One update of resources: the rows, why they changed, and which rows are touched by it.</summary>
internal sealed record ResourceRun(Workspace Workspace, ResourceContext Context, IReadOnlyCollection<Row> Rows)
{
    /// <summary>The patient that a patient was merged into, else itself.</summary>
    public Guid SurvivorOf(Guid patient) => Workspace.Survivor(patient)?.Id ?? patient;

    public static string Reference(string type, Guid id) => $"{type}/{id}";

    public static string? Reference(string type, Guid? id) => id is { } known ? Reference(type, known) : null;
}
