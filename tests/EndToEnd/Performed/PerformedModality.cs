using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using CloudPacs.Integration.Tests.Performed;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Performed;

/// <summary>A modality with the DICOM client of this repository: reports, reads back, and asks for the state of the worklist entry.</summary>
internal sealed class PerformedModality(DicomClient client) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PerformedModality> ConnectAsync(TestedEngine engine, string calling) => new(await DicomClient.ConnectAsync(
        new DicomClientOptions
        {
            Host = "127.0.0.1",
            Port = engine.DicomPort,
            CallingAe = calling,
            CalledAe = "CLOUDPACS",
            Contexts =
            [
                ProposedContext.LittleEndian(Uids.ModalityPerformedProcedureStep), ProposedContext.LittleEndian(Uids.ModalityPerformedProcedureStepRetrieve),
                ProposedContext.LittleEndian(Uids.ModalityWorklistFind),
            ],
        }, TimeProvider.System, Token));

    public Task<InstanceResult> CreateAsync(string uid, DataSet attributes) =>
        client.CreateAsync(Uids.ModalityPerformedProcedureStep, uid, Declared(attributes), Token);

    public Task<InstanceResult> SetAsync(string uid, DataSet attributes) =>
        client.SetAsync(Uids.ModalityPerformedProcedureStep, uid, Declared(attributes), Token);

    public async Task<DataSet?> RetrieveAsync(string uid) =>
        (await client.GetAsync(Uids.ModalityPerformedProcedureStepRetrieve, uid, [], Token)).DataSet;

    /// <summary>Whether the entry of that accession number has that state.</summary>
    public async Task<bool> HasStateAsync(string accession, string state)
    {
        var step = new DataSet().Set(Tags.ScheduledProcedureStepStatus, state);
        return (await OwnScu.QueryAsync(client, new DataSet().Set(Tags.AccessionNumber, accession).SetSequence(Tags.ScheduledProcedureStepSequence, step))).Count == 1;
    }

    public async ValueTask DisposeAsync()
    {
        await client.ReleaseAsync(Token);
        await client.DisposeAsync();
    }

    public static PerformedSubject SubjectOf(OrderText order, string station = PerformedStations.Lenient) =>
        new(order.Accession, "S" + order.Accession, order.StudyUid, order.PatientId, order.Name, station);

    private static DataSet Declared(DataSet attributes) => attributes.Copy().Set(Tags.SpecificCharacterSet, "ISO_IR 100");
}
