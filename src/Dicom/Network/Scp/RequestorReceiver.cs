using CloudPacs.Dicom.Network.Dimse;
using CloudPacs.Dicom.Network.Scu;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>C-GET: who asks gets the instances on its own association, of which it is the storage SCP (PS3.7 9.1.3, D.3.3.4).</summary>
internal sealed class RequestorReceiver(ServerAssociation association) : IInstanceReceiver
{
    private ushort _priority;

    public IReadOnlyList<IStoredInstance> Prepare(RetrievePlan plan, ushort priority)
    {
        _priority = priority;
        return plan.Instances;
    }

    public async Task<StoreResult> StoreAsync(IStoredInstance instance, CancellationToken cancellationToken)
    {
        var contexts = association.ContextsOf(instance.SopClassUid);
        if (contexts.Count == 0)
            return new StoreResult(DimseStatus.SopClassNotSupported, $"SOP class {instance.SopClassUid} was not proposed");
        if (!association.IsRequestorScp(instance.SopClassUid))
            return new StoreResult(DimseStatus.SopClassNotSupported, "Role selection missing: the SCP role was not proposed");
        PresentationContext? Taking(TransferSyntax syntax) => contexts.FirstOrDefault(one => one.TransferSyntax.Uid == syntax.Uid);
        if (InstanceSending.Choose(instance, one => Taking(one) is not null) is not { } syntax) return InstanceSending.NotTaken(instance);

        return await InstanceSending.SendAsync(instance, syntax, async dataSet =>
        {
            var response = await association.StoreAsync(
                Taking(syntax)!.Id, id => CommandSets.Store(id, instance.SopClassUid, instance.SopInstanceUid, priority: _priority),
                dataSet, cancellationToken).ConfigureAwait(false);
            return new StoreResult(response.Status!.Value, response.ErrorComment);
        }, e => association.ReportFailure("C-GET", e), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => default;
}
