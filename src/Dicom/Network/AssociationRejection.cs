namespace CloudPacs.Dicom.Network;

/// <summary>How lasting a rejection is (PS3.8 table 9-21).</summary>
public enum RejectResult : byte
{
    Permanent = 1,
    Transient = 2,
}

/// <summary>Who rejects an association (PS3.8 table 9-21).</summary>
public enum RejectSource : byte
{
    ServiceUser = 1,
    ServiceProviderAcse = 2,
    ServiceProviderPresentation = 3,
}

/// <summary>The content of an A-ASSOCIATE-RJ (PS3.8 table 9-21).</summary>
/// <param name="Result">Permanent or transient.</param>
/// <param name="Source">Who rejects.</param>
/// <param name="Reason">The reason code; what it means depends on the source.</param>
public readonly record struct AssociationRejection(RejectResult Result, RejectSource Source, byte Reason)
{
    public static readonly AssociationRejection NoReasonGiven = new(RejectResult.Permanent, RejectSource.ServiceUser, 1);
    public static readonly AssociationRejection ApplicationContextNotSupported = new(RejectResult.Permanent, RejectSource.ServiceUser, 2);
    public static readonly AssociationRejection CallingAeTitleNotRecognized = new(RejectResult.Permanent, RejectSource.ServiceUser, 3);
    public static readonly AssociationRejection CalledAeTitleNotRecognized = new(RejectResult.Permanent, RejectSource.ServiceUser, 7);

    /// <summary>What a failed user identity check answers (PS3.7 D.3.3.7.3).</summary>
    public static readonly AssociationRejection NotAuthorized = new(RejectResult.Permanent, RejectSource.ServiceProviderAcse, 1);
    public static readonly AssociationRejection ProtocolVersionNotSupported = new(
        RejectResult.Permanent, RejectSource.ServiceProviderAcse, 2);
    public static readonly AssociationRejection TemporaryCongestion = new(
        RejectResult.Transient, RejectSource.ServiceProviderPresentation, 1);
    public static readonly AssociationRejection LocalLimitExceeded = new(
        RejectResult.Transient, RejectSource.ServiceProviderPresentation, 2);

    /// <summary>The reason in the standard's words.</summary>
    public string ReasonText => (Source, Reason) switch
    {
        (RejectSource.ServiceUser, 2) => "application context name not supported",
        (RejectSource.ServiceUser, 3) => "calling AE title not recognized",
        (RejectSource.ServiceUser, 7) => "called AE title not recognized",
        (RejectSource.ServiceProviderAcse, 2) => "protocol version not supported",
        (RejectSource.ServiceProviderPresentation, 1) => "temporary congestion",
        (RejectSource.ServiceProviderPresentation, 2) => "local limit exceeded",
        (RejectSource.ServiceUser or RejectSource.ServiceProviderAcse, 1) => "no reason given",
        _ => $"reason {Reason}",
    };

    /// <summary>For people: "permanently, by the service user: calling AE title not recognized".</summary>
    public override string ToString()
    {
        var lasting = Result switch
        {
            RejectResult.Permanent => "permanently",
            RejectResult.Transient => "for now",
            _ => $"with result {(byte)Result}"
        };
        var source = Source switch
        {
            RejectSource.ServiceUser => "the service user",
            RejectSource.ServiceProviderAcse => "the service provider (ACSE)",
            RejectSource.ServiceProviderPresentation => "the service provider (presentation)",
            _ => $"source {(byte)Source}",
        };
        return $"{lasting}, by {source}: {ReasonText}";
    }
}
