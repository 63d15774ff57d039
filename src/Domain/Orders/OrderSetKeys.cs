using CloudPacs.Domain.Patients;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>Under which keys rows are looked for when order commands are applied.</summary>
internal static class OrderSetKeys
{
    public static WorkspaceKeys Of(OrderCommands set, Guid installation)
    {
        var keys = new WorkspaceKeys();
        foreach (var patient in set.Patients) PatientKeys.Add(keys, patient);
        foreach (var command in set.Commands) Add(keys, OrderKeys.Of(command, set.Context, installation), set.Context.Policy);
        return keys;
    }

    public static void Add(WorkspaceKeys keys, OrderKeys order, DomainPolicy policy)
    {
        if (order.Placer is { } placer) keys.PlacerNumbers.Add(placer.Value);
        if (order.Filler is { } filler) keys.FillerNumbers.Add(filler.Value);
        if (order.StudyInstanceUid is { } uid) keys.StudyInstanceUids.Add(uid);
        if (order.Accession is { } accession) keys.AccessionNumbers.Add(accession.Value);
        else if (ProcedureFactory.SourceOf(policy, order) is { } source) keys.AccessionNumbers.Add(source.Value);
    }

    /// <summary>
    /// The history of the patient is asked for only where a rule walks through it: families of orders, and images that show old data.
    /// </summary>
    public static WorkspaceKeys? More(OrderCommands set, Workspace loaded)
    {
        WorkspaceKeys? keys = null;
        var run = new CommandRun(loaded, set.Context, whyHidden: null);
        var isOfFamily = set.Commands.Any(command => IsOfFamily(run, command));
        foreach (var patient in set.Patients)
        {
            if (isOfFamily) PatientKeys.AddHistory(ref keys, patient);
            else PatientKeys.AddHistoryIfChanged(run, ref keys, patient);
        }

        // An order that was performed before it came here is what all that was performed of it is.
        foreach (var order in set.Commands.SelectMany(command => PerformedBefore(run, command)))
            (keys ??= new WorkspaceKeys()).OrderIds.Add(order.Id);

        // Its images may wait with it.
        foreach (var uid in set.Commands.SelectMany(command => WaitingPerformed.Find(
            run, OrderKeys.Of(command, run.Context, run.Workspace.InstallationNamespace))).SelectMany(PerformedStudies.NamedBy))
            (keys ??= new WorkspaceKeys()).StudyInstanceUids.Add(uid);

        // What a parent was booked for is for its children.
        foreach (var parent in set.Commands.SelectMany(command => ParentsOf(run, command)))
            (keys ??= new WorkspaceKeys()).OrderIds.Add(parent.Id);
        return keys;
    }

    private static IEnumerable<OrderRow> PerformedBefore(CommandRun run, OrderCommand command) =>
        WaitingPerformed.Find(run, OrderKeys.Of(command, run.Context, run.Workspace.InstallationNamespace)).Count > 0
            ? Find(run, command)
            : [];

    private static IEnumerable<OrderRow> ParentsOf(CommandRun run, OrderCommand command) =>
        command.Parent is { } named
            ? run.Workspace.Rows.OfType<OrderRow>().Where(order => order.IsParent
                && (order.PlacerNumber?.Value == named.Value || order.FillerNumber?.Value == named.Value))
            : [];

    /// <summary>Whether a parent or a child is asked for or named.</summary>
    public static bool IsOfFamily(CommandRun run, OrderCommand command) =>
        command.Parent is not null || command.Request is OrderRequest.PlaceParent or OrderRequest.PlaceChild
            || Find(run, command).Any(IsOfFamily);

    public static bool IsOfFamily(OrderRow order) => order.IsParent || order.Parent is not null;

    private static IEnumerable<OrderRow> Find(CommandRun run, OrderCommand command)
    {
        var keys = OrderKeys.Of(command, run.Context, run.Workspace.InstallationNamespace);
        IEnumerable<OrderRow> found = keys.Placer is { } placer ? run.Workspace.FindByPlacer(placer.Value) : [];
        if (keys.Filler is { } filler) found = found.Concat(run.Workspace.FindByFiller(filler.Value));
        if (keys.Accession is { } accession) found = found.Concat(run.Workspace.FindByAccession(accession));
        return keys.StudyInstanceUid is { } uid ? found.Concat(run.Workspace.FindByStudyUid(uid)) : found;
    }
}
