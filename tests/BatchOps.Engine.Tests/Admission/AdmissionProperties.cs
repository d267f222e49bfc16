using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>
/// The whole of admission under random schedules in virtual time: never above a limit, never two of one key, never above
/// the rate, nothing waits needlessly, each item ends exactly once, and the run always ends.
/// </summary>
public sealed class AdmissionProperties
{
    [Property(MaxTest = 4000, EndSize = 100, Arbitrary = [typeof(AdmissionProperties)])]
    public void Schedule_KeepsEveryPromise(AdmissionSchedule schedule) => new AdmissionAudit(schedule).Play();

    public static Arbitrary<AdmissionSchedule> Schedules() => Arb.From(
        Gen.Sized(size => Gen.Choose(0, int.MaxValue).Select(seed => AdmissionSchedule.Random(size, seed))),
        schedule => schedule.Shrink());
}
