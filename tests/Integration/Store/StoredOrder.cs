using CloudPacs.Store;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Integration.Tests.Store;

/// <summary>A small batch of its own for tests: everything that one order message makes, under one number.</summary>
internal static class StoredOrder
{
    public static readonly DateTimeOffset Now = new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero);

    public static Identifier PatientId(string n) => new("P" + n, "HOSP", "1.2.3", "ISO", "MR");

    public static Identifier Placer(string n) => new("L" + n, "HIS");

    public static Identifier Filler(string n) => new("F" + n, "RIS");

    public static Identifier Accession(string n) => new("A" + n, "RIS^\\odd");

    public static Identifier VisitNumber(string n) => new("V" + n);

    public static WorkspaceKeys Keys(params string[] numbers)
    {
        var keys = new WorkspaceKeys();
        foreach (var n in numbers)
        {
            keys.PatientIds.Add(PatientId(n).Value);
            keys.PlacerNumbers.Add(Placer(n).Value);
            keys.FillerNumbers.Add(Filler(n).Value);
            keys.AccessionNumbers.Add(Accession(n).Value);
            keys.VisitNumbers.Add(VisitNumber(n).Value);
            keys.StudyInstanceUids.Add("1.2." + n);
            keys.AppointmentIds.Add("S" + n);
        }

        return keys;
    }

    public static OrderRow Add(Workspace workspace, string n)
    {
        var patient = workspace.AddPatient(PatientId(n));
        patient.Attributes = new StoredAttributes("{\"patient\":1}"u8.ToArray());
        var visit = workspace.AddVisit(patient.Id, VisitNumber(n), "in-progress");
        visit.PatientClass = "O";
        var order = workspace.AddOrder(patient.Id, "his");
        (order.VisitId, order.PlacerNumber, order.FillerNumber, order.LastMessageTime) = (visit.Id, Placer(n), Filler(n), Now);
        var procedure = workspace.AddProcedure(order, Accession(n), "RP" + n, "1.2." + n);
        procedure.Attributes = new StoredAttributes("{\"procedure\":1}"u8.ToArray());
        var step = workspace.AddStep(procedure, "SP" + n, StepState.Scheduled, "CT", new DateTimeOffset(2026, 3, 10, 9, 30, 0, TimeSpan.Zero));
        step.StationAeTitles = ["CT1", "CT2"];
        step.Flags.UnionWith(["no-station", "unscheduled-time"]);
        step.Attributes = new StoredAttributes("{\"step\":1}"u8.ToArray());
        return order;
    }

    public static JournalRow Journal(IdSource ids, string n, DateTimeOffset? receivedAt = null, MessageStatus status = MessageStatus.Applied, string sender = "his") => new()
    {
        Id = ids.Next(),
        ReceivedAt = receivedAt ?? Now,
        Status = status,
        Listener = "main",
        Sender = sender,
        MessageType = "ORM",
        TriggerEvent = "O01",
        ControlId = n,
        Keys = [MessageKey.Accession("A" + n), MessageKey.Control(n)],
        Warnings = ["truncated 00401002"],
        Problems = status == MessageStatus.Applied ? null : """[{"code": 101}]""",
        Raw = "MSH|^~\\&|"u8.ToArray(),
        Acknowledgment = "MSA|AA|"u8.ToArray(),
    };

    /// <summary>One transaction: load by the keys, do the work, save.</summary>
    public static async Task<TResult> InBatchAsync<TResult>(
        NpgsqlDataSource database, WorkspaceStore store, WorkspaceKeys keys, Func<Workspace, BatchRows, TResult> work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var workspace = await store.LoadAsync(transaction, keys, cancellationToken);
        var rows = new BatchRows();
        var result = work(workspace, rows);
        await store.CommitAsync(workspace, rows, transaction, cancellationToken);
        return result;
    }
}
