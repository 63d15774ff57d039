using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>Worklist queries with the DICOM client of this repository.</summary>
internal static class OwnScu
{
    public static Task<DicomClient> ConnectAsync(int port, string calling = "MODALITY") => DicomClient.ConnectAsync(
        new DicomClientOptions { Host = "127.0.0.1", Port = port, CallingAe = calling, CalledAe = "CLOUDPACS", Contexts = [ProposedContext.LittleEndian(Uids.ModalityWorklistFind)] },
        TimeProvider.System, TestContext.Current.CancellationToken);

    public static async Task<List<DataSet>> QueryAsync(DicomClient client, DataSet identifier)
    {
        var found = new List<DataSet>();
        await foreach (var response in client.FindAsync(Uids.ModalityWorklistFind, identifier, TestContext.Current.CancellationToken)) found.Add(response.Identifier);
        return found;
    }

    public static async Task<List<DataSet>> QueryAsync(int port, DataSet identifier, string calling = "MODALITY")
    {
        await using var client = await ConnectAsync(port, calling);
        var found = await QueryAsync(client, identifier);
        await client.ReleaseAsync(TestContext.Current.CancellationToken);
        return found;
    }
}
