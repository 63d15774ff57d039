using CloudPacs.Store;
using CloudPacs.Store.Patients;

namespace CloudPacs.Domain.Studies;

/// <summary>Finds whom images show.</summary>
internal static class ShownPatients
{
    /// <summary>The only patient with the id that images show; null when there is none, or more than one.</summary>
    public static PatientRow? Find(CommandRun run, Identifier? shown)
    {
        if (shown is not { } id) return null;
        var found = id.HasAuthority ? run.Workspace.FindPatients(id) : run.Workspace.FindPatients(id.Value);
        return found is [var only] ? only : null;
    }
}
