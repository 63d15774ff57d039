using System.Collections.Concurrent;
using CloudPacs.Dicom.Network.UpperLayer;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>What all associations of a server share.</summary>
internal sealed class AssociationHost(
    DicomServerOptions options,
    IReadOnlyDictionary<string, IDimseService> services,
    IAssociationPolicy policy,
    IDicomServerObserver observer,
    TimeProvider time)
{
    private readonly Lock _displacing = new();

    public DicomServerOptions Options { get; } = options;

    /// <summary>By abstract syntax.</summary>
    public IReadOnlyDictionary<string, IDimseService> Services { get; } = services;

    public IAssociationPolicy Policy { get; } = policy;

    public IDicomServerObserver Observer { get; } = observer;

    public TimeProvider Time { get; } = time;

    public AssociationLimits Limits { get; } = new(options.MaxAssociations, options.MaxAssociationsPerAe);

    public UpperLayerOptions UpperLayer { get; } = new()
    {
        MaxDataBytes = options.MaxPduBytes,
        Artim = options.ArtimTimeout,
        PduBody = options.PduTimeout,
        WriteStall = options.WriteTimeout,
        Idle = options.IdleTimeout,
    };

    /// <summary>Connections that are served, by their number.</summary>
    public ConcurrentDictionary<long, ServerAssociation> Associations { get; } = [];

    /// <summary>Takes a place for an association, when all are taken that of an idle one of the address that has most.</summary>
    public bool TryEnterFor(ServerAssociation newcomer)
    {
        lock (_displacing)
        {
            var admission = Limits.TryEnter(newcomer.Info.CallingAe);
            if (admission != Admission.AllTaken) return admission == Admission.Entered;
            var holders = Associations.Values.Where(static association => association.HoldsPlace);
            if (Displacement.Choose(holders, newcomer.Info.RemoteEndPoint) is not { } idle) return false;
            DicomMetrics.AssociationDisplaced();
            idle.Abort("all places were taken, and its idle one was given to another address");
            return Limits.TryEnter(newcomer.Info.CallingAe) == Admission.Entered;
        }
    }

    /// <summary>No new associations; those without running operations end.</summary>
    public volatile bool IsStopping;
}
