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

    /// <summary>No new associations; those without running operations end.</summary>
    public volatile bool IsStopping;
}
