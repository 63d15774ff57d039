using CloudPacs.Store;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Patients;

/// <summary>Under which keys rows are looked for when commands about patients are applied.</summary>
internal static class PatientKeys
{
    public static WorkspaceKeys Of(IEnumerable<PatientCommand> commands)
    {
        var keys = new WorkspaceKeys();
        foreach (var command in commands)
        {
            Add(keys, command.Patient);
            if (command is PairCommand { Other: { } other }) Add(keys, other);
        }

        return keys;
    }

    public static void Add(WorkspaceKeys keys, PatientDetails details)
    {
        foreach (var id in IdsOf(details)) keys.PatientIds.Add(id.Value);
        foreach (var number in new[] { details.Visit, details.PriorVisit, details.Account, details.PriorAccount }.OfType<Identifier>())
            keys.VisitNumbers.Add(number.Value);
    }

    /// <summary>The history of a patient, all orders and visits, is asked for only where a rule walks through it.</summary>
    public static WorkspaceKeys? More(CommandRun run, IEnumerable<PatientCommand> commands)
    {
        WorkspaceKeys? keys = null;
        foreach (var command in commands)
        {
            if (WalksThroughEntries(run, command)) AddHistory(ref keys, command.Patient);
            else AddHistoryIfChanged(run, ref keys, command.Patient);
            // What is merged or moved goes with all that was performed and reported of it.
            if (command is not (UpdatePatient or PairCommand or PatientHoldCommand)) AddRecords(ref keys, command.Patient);
            if (command is PairCommand { Other: { } other }) AddHistoryIfChanged(run, ref keys, other);
        }

        return keys;
    }

    private static bool WalksThroughEntries(CommandRun run, PatientCommand command) => command switch
    {
        UpdatePatient { Effects: EntryEffects.Discharge } => run.Policy.DischargeDeparts,
        UpdatePatient update => update.Effects != EntryEffects.None,
        PairCommand or PatientHoldCommand => false,
        _ => true,
    };

    /// <summary>
    /// Images that were made show the old data, so the entries of a known patient are looked through when the new data differ.
    /// </summary>
    public static void AddHistoryIfChanged(CommandRun run, ref WorkspaceKeys? keys, PatientDetails details)
    {
        if (PatientRegistry.ChangesWhatIsShown(run, details)) AddHistory(ref keys, details);
    }

    /// <summary>Most messages need no history, so keys for it are made when the first one does.</summary>
    public static void AddHistory(ref WorkspaceKeys? keys, PatientDetails details)
    {
        foreach (var id in IdsOf(details)) (keys ??= new WorkspaceKeys()).OrdersOfPatients.Add(id.Value);
    }

    private static void AddRecords(ref WorkspaceKeys? keys, PatientDetails details)
    {
        foreach (var id in IdsOf(details)) (keys ??= new WorkspaceKeys()).RecordsOfPatients.Add(id.Value);
    }

    private static IEnumerable<Identifier> IdsOf(PatientDetails details)
    {
        IEnumerable<Identifier> ids = [.. details.Others, .. details.Prior];
        return details.Primary is { } primary ? ids.Prepend(primary) : ids;
    }
}
