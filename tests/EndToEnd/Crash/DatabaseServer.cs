using System.Diagnostics;
using System.Globalization;
using CloudPacs.EndToEnd.Tests.Engines;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>The processes of the engine's PostgreSQL: those that work in its folder.</summary>
internal static class DatabaseServer
{
    /// <summary>SIGKILL to all of them.</summary>
    /// <returns>How many were killed; 0 when the server was not running just now.</returns>
    public static int Kill(TestedEngine engine)
    {
        var folder = Path.Combine(engine.DataFolder, "postgres");
        var killed = 0;
        // In the order of their ids the server comes first: it would end the others in good order, or start new ones.
        foreach (var id in Ids().Where(id => new DirectoryInfo($"/proc/{id}/cwd").LinkTarget == folder))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                killed++;
            }
            catch (ArgumentException)
            {
                // It ended by itself in the meantime.
            }
        }

        return killed;
    }

    private static IEnumerable<int> Ids() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        let id = int.Parse(name, CultureInfo.InvariantCulture)
        orderby id
        select id;
}
