using CloudPacs.Dicom.Network.Dimse;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>One C-ECHO being served (PS3.7 9.1.5).</summary>
internal sealed class EchoOperation(
    ServerAssociation association, PresentationContext context, CommandSet request) : Operation(association, context, request)
{
    protected override string Name => "C-ECHO";

    public override void Start() => Finish(Response(DimseStatus.Success), new CommandWriter());
}

/// <summary>Marks the Verification SOP class, whose C-ECHO the server answers itself (PS3.4 annex A).</summary>
internal sealed class VerificationService : IDimseService;
