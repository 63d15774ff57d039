namespace CloudPacs.Dicom.Network.Dimse;

/// <summary>One C-ECHO being served (PS3.7 9.1.5).</summary>
internal sealed class EchoOperation(ServerAssociation association, PresentationContext context, CommandSet request) : Operation(association, context, request)
{
    protected override string Name => "C-ECHO";

    public override void Start() => Finish(Response(DimseStatus.Success), new CommandWriter());
}
