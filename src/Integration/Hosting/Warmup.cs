using System.Buffers;
using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Integration.Messages;
using CloudPacs.Mapping;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Hosting;

/// <summary>
/// Sends one made-up order through maps, domain, resources and worklist in memory before the ports open, so that the first real message
/// does not wait a second for code to be compiled. Nothing of it is kept.
/// </summary>
internal static class Warmup
{
    private const string Order =
        "MSH|^~\\&|WARMUP|WARMUP|CLOUDPACS|RAD|20260310083015+0530||ORM^O01|W1|P|2.3.1||||||UNICODE UTF-8\r"
        + "PID|1||W1^^^WARMUP^MR||WARM^UP||19800203|M\rPV1|1|O|OPD||||||||||||||||V1^^^WARMUP\r"
        + "ORC|NW|P1^W|F1^W||SC||^^^20260310093000+0530^^R||20260310083000\r"
        + "OBR|1|P1^W|F1^W|CT^CT^L^CT^CT^RADLEX||||||||||||||A1|R1|S1||||CT|||^^^20260310093000+0530^^R\rZDS|1.2.3^W^Application^DICOM\r";

    public static void Run(MapCatalog maps, EngineSettings settings, SiteClock clock)
    {
        var ids = IdSource.Counting();
        var workspace = new Workspace(ids);
        var reader = new MessageReader(
            maps, new SenderDirectory(settings), clock, ids, workspace.InstallationNamespace, workspace.NextNumber);
        var message = reader.Read(Encoding.UTF8.GetBytes(Order), new ListenerProfile("warmup", settings.Mllp), new MessageOrigin("warmup"));
        new MessageChange(message, new MessageAnswers(ids), new EntryVisibility(settings)).ApplyTo(workspace, new BatchRows());
        var factory = new EntryFactory(settings.Worklist, clock.Zone);
        if (EntryCollector.Collect(workspace, workspace.Changed, factory, revision: 0) is not { } changes)
            return;
        var index = new WorklistIndex();
        index.Apply(changes.Entries, changes.Patients, changes.Visits);
        var identifier = new DataSet().Set(Tags.AccessionNumber, "A1").SetEmpty(Tags.PatientName);
        var query = WorklistQuery.Parse(identifier, new StationProfile("", null, settings));
        foreach (var entry in index.Current.Search(query, DateTime.MinValue, limit: 1))
            DataSetWriter.Write(
                AnswerShape.Of(identifier, WorklistAttributes.Root).Select(AnswerData.Of(entry, "")), TransferSyntax.ExplicitVrLittleEndian,
                new ArrayBufferWriter<byte>(), SpecificCharacterSet.Utf8);
    }
}
