using Npgsql;
using TrustedApps.Replay;
using TrustedApps.Storage.Replay;
using static TrustedApps.Storage.Tests.Replay.ReplayNodes;

namespace TrustedApps.Storage.Tests.Replay;

public class LegacyBatchTests(PostgresFixture postgres)
{
    // What the core's LegacyReplayCache answers, with each question put to the node that did not answer the last.
    [Fact]
    public async Task It_answers_as_the_memory_of_one_process_does()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start()];
        int asked = 0;

        await Expect(ReplayStatus.First, Mark(1));
        await Expect(ReplayStatus.Repeated, Mark(1));
        await Expect(ReplayStatus.Repeated, Mark(1));
        await Expect(ReplayStatus.First, Mark(2));

        await Expect(ReplayStatus.First, Mark(11, 5));
        await Expect(ReplayStatus.Conflicting, Mark(11, 6));
        await Expect(ReplayStatus.Repeated, Mark(11, 5));

        await Expect(ReplayStatus.Conflicting, Mark(12), Mark(11, 6));
        await Expect(ReplayStatus.Conflicting, Mark(11, 6), Mark(12));
        await Expect(ReplayStatus.First, Mark(12)); // nothing was written

        await Expect(ReplayStatus.Repeated, Mark(1), Mark(21));
        await Expect(ReplayStatus.Conflicting, Mark(21, 9)); // the new part was written
        await Expect(ReplayStatus.First, Mark(31), Mark(32));
        await Expect(ReplayStatus.Repeated, Mark(31), Mark(32));
        await Expect(ReplayStatus.Repeated, Mark(32));
        Assert.Equal(7, await nodes.QueryAsync<long>("SELECT count(*) FROM trusted_apps_replay_legacy WHERE companion <> mark"));

        async Task Expect(ReplayStatus expected, params ReplayKey[] marks) => Assert.Equal(expected, await AskAsync(stores[asked++ % 2], LegacyEntry(marks)));
    }

    [Fact]
    public async Task Of_different_companions_at_once_exactly_one_wins()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start()];
        for (int round = 0; round < 50; round++)
        {
            int key = round;
            (int Companion, ReplayStatus Status)[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
                (number / 2 % 2, await AskAsync(stores[number % 2], LegacyEntry(Mark(key, number / 2 % 2)))))));
            int winner = Assert.Single(answers, answer => answer.Status == ReplayStatus.First).Companion;
            Assert.All(answers, answer => Assert.Equal(answer.Companion != winner, answer.Status == ReplayStatus.Conflicting));
            Assert.Equal(3, answers.Count(answer => answer.Status == ReplayStatus.Repeated));
        }
    }

    [Fact]
    public async Task Two_marks_are_written_together_or_not_at_all()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start(), nodes.Start()];
        long before = 0;
        for (int round = 0; round < 40; round++)
        {
            // A ring of pairs that overlap: companions tell which pair wrote a mark.
            int start = round * 10;
            ReplayStatus[] answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(pair => Task.Run(() =>
                AskAsync(stores[pair % 3], LegacyEntry(Mark(start + pair, pair), Mark(start + ((pair + 1) % 6), pair))))));
            long written = await nodes.QueryAsync<long>($"SELECT count(*) FROM trusted_apps_replay_legacy WHERE companion <> mark");
            int firsts = answers.Count(answer => answer == ReplayStatus.First);
            Assert.InRange(firsts, 2, 3); // as many as fit beside each other, or one less
            Assert.Equal(6 - firsts, answers.Count(answer => answer == ReplayStatus.Conflicting));
            Assert.Equal(2 * firsts, written - before);
            before = written; // nothing is deleted: a node whose confirmed rows are gone takes the database for a restored one
        }
    }

    [Fact]
    public async Task Identical_ones_at_once_take_one_statement_together()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache[] stores = [nodes.Start(), nodes.Start()];
        ReplayEntry record = LegacyEntry(Mark(1, 1), Mark(2, 2));
        ReplayStatus[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => AskAsync(stores[number % 2], record)));
        Assert.Single(answers, answer => answer == ReplayStatus.First);
        Assert.Equal(199, answers.Count(answer => answer == ReplayStatus.Repeated));
    }

    [Fact]
    public async Task Many_that_share_a_mark_do_not_take_a_statement_each()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        ReplayRequest[] requests = [.. Enumerable.Range(1, 256).Select(companion => new ReplayRequest(LegacyEntry(Mark(1, companion), Mark(1000 + companion))))];
        await WriteAsync(nodes, [.. requests, new ReplayRequest(LegacyEntry(Mark(2)))]);
        Assert.Equal(ReplayStatus.First, (await requests[0].Answer).Status);
        foreach (ReplayRequest request in requests[1..]) Assert.Equal(ReplayStatus.Conflicting, (await request.Answer).Status);
        Assert.Equal(3, await nodes.QueryAsync<long>("SELECT count(*) FROM trusted_apps_replay_legacy WHERE companion <> mark"));
    }

    [Fact]
    public async Task What_shares_a_mark_with_one_that_was_refused_is_judged_by_itself_a_few_times()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        await WriteAsync(nodes, [new ReplayRequest(LegacyEntry(Mark(9, 1)))]);
        ReplayRequest refused = new(LegacyEntry(Mark(1, 1), Mark(9, 2))), fine = new(LegacyEntry(Mark(1, 2))), late = new(LegacyEntry(Mark(1, 3)));
        await WriteAsync(nodes, [refused, fine, late]);
        Assert.Equal((ReplayStatus.Conflicting, ReplayStatus.First, ReplayStatus.Conflicting), ((await refused.Answer).Status, (await fine.Answer).Status, (await late.Answer).Status));

        ReplayRequest[] requests = [.. Enumerable.Range(2, 8).Select(companion => new ReplayRequest(LegacyEntry(Mark(9, companion))))];
        requests[1].Abandon();
        await WriteAsync(nodes, [.. requests]);
        Assert.False(requests[1].Answer.IsCompleted);
        ReplayStatus[] answers = await Task.WhenAll(requests.Where(request => !request.IsAbandoned).Select(async request => (await request.Answer).Status));
        Assert.Equal([.. Enumerable.Repeat(ReplayStatus.Conflicting, 4), .. Enumerable.Repeat(ReplayStatus.Unavailable, 3)], answers);
    }

    [Fact]
    public async Task What_has_ended_is_dropped_and_not_let_in_again_whatever_the_clock_does()
    {
        await using ReplayNodes nodes = await CreateAsync(await postgres.CreateDatabaseAsync());
        PostgresReplayCache store = nodes.Start();
        long now = Now;
        ReplayEntry ends = ReplayEntry.Legacy("wiki", [Mark(1)], now, now + 60_000, now), stays = ReplayEntry.Legacy("wiki", [Mark(2)], now, now + 600_000, now);
        Assert.Equal(ReplayStatus.First, await AskAsync(store, ends));
        Assert.Equal(ReplayStatus.First, await AskAsync(store, stays));
        await store.MaintainAsync(TimeSpan.FromSeconds(240), TestContext.Current.CancellationToken);
        Assert.Equal(1, await nodes.QueryAsync<long>("SELECT count(*) FROM trusted_apps_replay_legacy WHERE companion <> mark"));
        await store.MaintainAsync(TimeSpan.FromSeconds(-1000), TestContext.Current.CancellationToken);

        PostgresReplayCache other = nodes.Start();
        Assert.Equal(ReplayStatus.Conflicting, await AskAsync(other, ends));
        Assert.Equal(ReplayStatus.Conflicting, await AskAsync(other, LegacyEntry(Mark(3)))); // nobody can tell any more
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(other, stays));
        Assert.Equal(ReplayStatus.Repeated, await AskAsync(store, ends)); // which this node saw itself
    }

    private static async Task WriteAsync(ReplayNodes nodes, List<ReplayRequest> requests)
    {
        await using NpgsqlConnection connection = await nodes.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var beat = Guid.NewGuid();
        await nodes.ExecuteAsync($"INSERT INTO trusted_apps_replay_legacy (mark, companion, bucket) VALUES ('{beat}', '{beat}', {long.MaxValue})");
        await LegacyBatch.WriteAsync(connection, requests, beat, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
