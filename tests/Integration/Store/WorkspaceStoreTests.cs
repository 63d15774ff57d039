using System.Text;
using CloudPacs.Store;
using CloudPacs.Store.Audit;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class WorkspaceStoreTests(PostgresFixture postgres) : StoreTest(postgres)
{
    [Fact]
    public async Task An_order_comes_back_as_it_was_saved_by_each_of_its_keys()
    {
        var saved = await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) => StoredOrder.Add(workspace, "1"));

        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            var order = Assert.Single(workspace.FindByPlacer(StoredOrder.Placer("1")));
            Assert.Same(order, Assert.Single(workspace.FindByFiller(StoredOrder.Filler("1"))));
            Assert.Same(order, Assert.Single(workspace.FindByAccession(StoredOrder.Accession("1"))));
            Assert.Same(order, Assert.Single(workspace.FindByStudyUid("1.2.1")));
            Assert.Equal((saved.Id, saved.VisitId, StoredOrder.Now), (order.Id, order.VisitId, order.LastMessageTime));
            var step = Assert.Single(Assert.Single(order.Procedures).Steps);
            Assert.Equal(["CT1", "CT2"], step.StationAeTitles);
            Assert.Equal(["no-station", "unscheduled-time"], step.Flags.Order());
            Assert.Equal(new DateTimeOffset(2026, 3, 10, 9, 30, 0, TimeSpan.Zero), step.Start);
            Assert.Equal("{\"step\":1}", Encoding.UTF8.GetString(step.Attributes.Bytes.Span));
            var patient = Assert.Single(workspace.FindPatients(StoredOrder.PatientId("1")));
            Assert.Equal(new PatientIdentifier(StoredOrder.PatientId("1"), IsPrimary: true, IsPrior: false), Assert.Single(patient.Identifiers));
            Assert.Equal("O", workspace.FindVisit(StoredOrder.VisitNumber("1"), patient.Id)!.PatientClass);
            Assert.Empty(workspace.Changed);
        });
    }

    [Fact]
    public async Task Changes_are_saved_and_rows_that_did_not_change_are_not_written()
    {
        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) => StoredOrder.Add(workspace, "1"));
        var before = await ScalarAsync<uint>("SELECT xmin FROM patient");

        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            var step = workspace.FindByPlacer(StoredOrder.Placer("1"))[0].Procedures[0].Steps[0];
            (step.StepState, step.StateBeforeHold) = (StepState.OnHold, StepState.Arrived);
            step.Touch();
        });

        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            var step = workspace.FindByPlacer(StoredOrder.Placer("1"))[0].Procedures[0].Steps[0];
            Assert.Equal((StepState.OnHold, StepState.Arrived), (step.StepState, step.StateBeforeHold));
        });
        Assert.Equal(before, await ScalarAsync<uint>("SELECT xmin FROM patient"));
    }

    [Fact]
    public async Task A_merge_is_followed_and_brings_the_orders_of_both_patients()
    {
        await InBatchAsync(StoredOrder.Keys("1", "2"), (workspace, _) =>
        {
            StoredOrder.Add(workspace, "1");
            StoredOrder.Add(workspace, "2");
        });
        var merge = new WorkspaceKeys { OrdersOfPatients = { "P1", "P2" } };

        await InBatchAsync(merge, (workspace, _) =>
        {
            var prior = workspace.FindPatients(StoredOrder.PatientId("1"))[0];
            var survivor = workspace.FindPatients(StoredOrder.PatientId("2"))[0];
            var before = RowSnapshot.Of([prior, survivor, .. workspace.OrdersOf(prior.Id)]);
            foreach (var order in workspace.OrdersOf(prior.Id)) (order.PatientId, order.State) = (survivor.Id, RowState.Changed);
            (prior.Active, prior.MergedInto) = (false, survivor.Id);
            survivor.Identifiers.Add(new PatientIdentifier(StoredOrder.PatientId("1"), IsPrimary: false, IsPrior: true));
            survivor.LinkedTo.Add(prior.Id);
            prior.Touch();
            survivor.Touch();
            workspace.LogMerge("A40", prior.Id, survivor.Id, StoredOrder.Now, null, before, RowSnapshot.Of([prior, survivor]));
        });

        await InBatchAsync(new WorkspaceKeys { OrdersOfPatients = { "P1" } }, (workspace, _) =>
        {
            var survivor = Assert.Single(workspace.FindPatients(StoredOrder.PatientId("1")));
            Assert.Equal([false, true], survivor.Identifiers.Select(static held => held.IsPrior));
            Assert.Single(survivor.LinkedTo);
            Assert.Equal(2, workspace.OrdersOf(survivor.Id).Count);
            Assert.Single(workspace.VisitsOf(survivor.Id));
        });
        Assert.Contains("\"order\"", Encoding.UTF8.GetString(await ScalarAsync<byte[]>("SELECT before FROM merge_log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identifier_that_was_moved_away_no_longer_finds_its_patient_and_its_id_is_not_made_again()
    {
        var first = await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) => workspace.AddPatient(StoredOrder.PatientId("1")).Id);
        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            var patient = workspace.Patient(first)!;
            patient.Identifiers[0] = new PatientIdentifier(new Identifier("NEW", "HOSP"), IsPrimary: true, IsPrior: false);
            patient.Touch();
        });

        var second = await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            Assert.Empty(workspace.FindPatients(StoredOrder.PatientId("1")));
            return workspace.AddPatient(StoredOrder.PatientId("1")).Id;
        });

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Cancels_and_appointments_come_back_by_their_keys()
    {
        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            workspace.Add(new RememberedCancel(workspace.NewId()) { FillerNumber = StoredOrder.Filler("1"), ReceivedAt = StoredOrder.Now, TransactionTime = StoredOrder.Now });
            workspace.AddAppointment(null, new Identifier("S1", "RIS"), "booked").Start = StoredOrder.Now;
        });

        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            Assert.Equal(StoredOrder.Now, Assert.Single(workspace.FindCancels(null, StoredOrder.Filler("1"), null)).TransactionTime);
            Assert.Equal(StoredOrder.Now, workspace.FindAppointment(null, new Identifier("S1", "RIS"))!.Start);
            Assert.Null(workspace.FindAppointment(new Identifier("S1", "RIS"), null));
        });
    }

    [Fact]
    public async Task A_booking_waits_for_its_order_under_the_numbers_of_the_order()
    {
        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            var booking = workspace.AddAppointment(null, new Identifier("S1", "RIS"), "booked");
            (booking.PlacerOrderNumber, booking.FillerOrderNumber) = (new Identifier(StoredOrder.Placer("1").Value), StoredOrder.Filler("1"));
            (booking.StepId, booking.Effect, booking.SentAt) = ("SP1", BookingEffect.SetTimeAndPlace, StoredOrder.Now);
            booking.Attributes = new StoredAttributes("{\"step\":1}"u8.ToArray());
        });

        var byOrder = new WorkspaceKeys();
        byOrder.PlacerNumbers.Add(StoredOrder.Placer("1").Value);
        await InBatchAsync(byOrder, (workspace, _) =>
        {
            var booking = Assert.Single(workspace.FindWaitingBookings(StoredOrder.Placer("1").Value, null, null));
            Assert.Equal((new Identifier(StoredOrder.Placer("1").Value), StoredOrder.Filler("1")), (booking.PlacerOrderNumber, booking.FillerOrderNumber));
            Assert.Equal(("SP1", BookingEffect.SetTimeAndPlace, StoredOrder.Now), (booking.StepId, booking.Effect, booking.SentAt));
            Assert.Equal("{\"step\":1}", System.Text.Encoding.UTF8.GetString(booking.Attributes.Bytes.Span));
            booking.OrderId = Guid.NewGuid();
            booking.Touch();
        });

        await InBatchAsync(byOrder, (workspace, _) =>
            Assert.Empty(workspace.FindWaitingBookings(StoredOrder.Placer("1").Value, null, null)));
    }

    [Fact]
    public async Task An_applied_message_is_found_again_with_its_answer()
    {
        var identity = MessageIdentity.Of("HIS", "HOSP", "1", "text"u8.ToArray());
        var keys = new WorkspaceKeys { Messages = { identity } };
        await InBatchAsync(keys, (workspace, rows) =>
        {
            Assert.Null(workspace.FindApplied(identity));
            var journal = StoredOrder.Journal(Ids, "1");
            rows.Journal.Add(journal);
            workspace.Remember(new AppliedMessage(identity, journal.Id, journal.ReceivedAt, journal.Acknowledgment));
        });

        await InBatchAsync(keys, (workspace, _) => Assert.Equal("MSA|AA|", Encoding.ASCII.GetString(workspace.FindApplied(identity)!.Acknowledgment.Span)));
    }

    [Fact]
    public async Task What_a_message_did_is_read_as_it_was_written_with_the_merge_that_it_asked_for()
    {
        var message = Ids.Next();
        var (prior, survivor) = (Ids.Next(), Ids.Next());
        var act = new AuditRow
        {
            Id = Ids.Next(), At = StoredOrder.Now, Action = "patient.merged", Actor = "his", Source = "127.0.0.1", PatientId = survivor, MessageId = message,
            Entity = survivor.ToString(), Outcome = AuditOutcome.MinorFailure, Detail = "as asked",
        };
        await InBatchAsync(StoredOrder.Keys("1"), (workspace, rows) =>
        {
            rows.Audit.Add(act);
            workspace.LogMerge("A40", prior, survivor, StoredOrder.Now, message, "{}"u8.ToArray(), "[]"u8.ToArray());
            workspace.LogMerge("A40", prior, survivor, StoredOrder.Now, Ids.Next(), "{}"u8.ToArray(), "[]"u8.ToArray());
        });
        var queries = new AuditQueries(Database);

        Assert.Equal([act], await queries.ActsOfAsync(message, StoredOrder.Now, Cancel));
        var merge = Assert.Single(await queries.MergesOfAsync(message, [survivor], Cancel));
        Assert.Equal(("A40", prior, survivor, "[]"), (merge.Kind, merge.PriorPatientId, merge.SurvivingPatientId, Encoding.UTF8.GetString(merge.After.Span)));
        Assert.Empty(await queries.MergesOfAsync(message, [prior], Cancel));
    }

    [Fact]
    public async Task A_key_that_was_not_declared_is_an_error_and_not_an_empty_answer()
    {
        await InBatchAsync(StoredOrder.Keys("1"), (workspace, _) =>
        {
            Assert.Throws<InvalidOperationException>(() => workspace.FindByPlacer(StoredOrder.Placer("2")));
            Assert.Throws<InvalidOperationException>(() => workspace.OrdersOf(Guid.Empty));
        });
    }

    [Fact]
    public async Task Numbers_are_never_given_twice_also_by_two_engines()
    {
        var numbers = new ReservedNumbers(Database);
        var others = new ReservedNumbers(Database);
        var given = new List<string>();

        for (var i = 0; i < 3000; i++) given.Add(await NextAsync(i % 2 == 0 ? numbers : others));

        Assert.Equal(3000, given.Distinct().Count());
        Assert.Equal("1", given[0]);

        async Task<string> NextAsync(ReservedNumbers source)
        {
            try
            {
                return source.Next("acc");
            }
            catch (NumbersExhaustedException)
            {
                await source.RefillAsync(Cancel);
                return source.Next("acc");
            }
        }
    }

    [Fact]
    public async Task Numbers_are_refilled_ahead_of_need()
    {
        var numbers = new ReservedNumbers(Database);
        Assert.Throws<NumbersExhaustedException>(() => numbers.Next("acc"));

        for (var i = 0; i < 5000; i++)
        {
            await numbers.RefillAsync(Cancel);
            Assert.Equal($"{i + 1}", numbers.Next("acc"));
        }
    }

    [Fact]
    public async Task Work_that_needs_more_numbers_than_a_block_holds_gets_them_when_it_is_done_again()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await InBatchAsync(new WorkspaceKeys(), (workspace, _) => Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => workspace.NextNumber("acc")).Distinct().Count()));
                break;
            }
            catch (NumbersExhaustedException)
            {
                Assert.InRange(attempt, 1, 6);
            }
        }
    }

    [Fact]
    public async Task A_key_is_locked_until_the_batch_that_named_it_has_ended()
    {
        await using var connection = await Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await Store.LoadAsync(transaction, StoredOrder.Keys("1"), Cancel);

        var other = InBatchAsync(StoredOrder.Keys("1"), (_, _) => 0);
        await InBatchAsync(StoredOrder.Keys("2"), (_, _) => 0);
        var isFree = other.IsCompleted;
        await transaction.RollbackAsync(Cancel);
        await other;

        Assert.False(isFree);
    }

    [Theory]
    [InlineData("HOSP", null, null, null)]
    [InlineData(null, "1.2.3", "ISO", null)]
    [InlineData("A^B\\C", "1.2", "ISO", "MR")]
    [InlineData(null, null, null, "MR")]
    [InlineData(null, null, null, null)]
    public void An_authority_survives_its_column(string? space, string? universal, string? type, string? code)
    {
        var identifier = new Identifier("1", space, universal, type, code);

        Assert.Equal(identifier, IdentifierText.Parse("1", IdentifierText.AuthorityOf(identifier)));
    }

    [Fact]
    public async Task A_row_that_cannot_be_stored_undoes_the_whole_batch()
    {
        await Assert.ThrowsAsync<PostgresException>(() => InBatchAsync(StoredOrder.Keys("1"), (workspace, rows) =>
        {
            StoredOrder.Add(workspace, "1");
            rows.Journal.Add(StoredOrder.Journal(Ids, "1") with { Problems = "not json" });
        }));

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM imaging_order"));
    }
}
