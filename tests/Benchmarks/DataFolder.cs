using System.Diagnostics;
using System.Globalization;
using CloudPacs.Settings;

namespace CloudPacs.Benchmarks;

/// <summary>A temporary data folder of an engine, with the settings to start it on free ports.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cloudpacs-benchmark");

    public DataFolder()
    {
        if (OperatingSystem.IsWindows()) return;
        // The account that PostgreSQL runs as must get into it.
        File.SetUnixFileMode(_folder.FullName, File.GetUnixFileMode(_folder.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public EngineSettings Settings()
    {
        var settings = new EngineSettings { Data = _folder.FullName, Mapping = { Directory = Repository.Mappings, HotReload = false } };
        settings.Mllp.Port = settings.Dicom.Port = 0;
        settings.Site.TimeZone = "Asia/Kolkata";
        settings.Worklist.KeepVisible = TimeSpan.FromDays(36500);
        return settings;
    }

    /// <summary>CPU time of the database's processes, which work in its folder (proc(5): utime and stime in ticks of 10 ms).</summary>
    public TimeSpan PostgresTime()
    {
        var ticks = 0L;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget != Path.Combine(_folder.FullName, "postgres")) continue;
                var fields = File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[^1].Split(' ');
                ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended in the meantime.
            }
        }

        return TimeSpan.FromMilliseconds(10 * ticks);
    }

    /// <summary>Median time, in milliseconds, until a written page is on the disk.</summary>
    public double SyncMs()
    {
        using var file = File.OpenHandle(Path.Combine(_folder.FullName, "sync"), FileMode.Create, FileAccess.Write);
        var times = new double[101];
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, new byte[8192], i * 8192L);
            RandomAccess.FlushToDisk(file);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return times.Order().ElementAt(times.Length / 2);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
