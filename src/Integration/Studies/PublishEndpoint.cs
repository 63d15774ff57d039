using CloudPacs.Integration.Changes;
using CloudPacs.Resources;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Integration.Studies;

/// <summary>Tells in the Endpoint under which address studies are fetched.</summary>
/// <param name="installation">Namespace of the installation.</param>
/// <param name="address">Root of the DICOMweb services, as callers reach it.</param>
/// <param name="now">Time.</param>
internal sealed class PublishEndpoint(Guid installation, string address, DateTimeOffset now) : Change
{
    public override WorkspaceKeys Keys { get; } = new()
    {
        Resources = { (EndpointResource.Name, EndpointResource.IdOf(installation).ToString()) },
    };

    public override IReadOnlyList<string> Lanes { get; } = ["endpoint"];

    protected override Effects Apply(Workspace workspace)
    {
        EndpointResource.Write(workspace, address, now);
        return new Effects { IsKept = true };
    }
}
