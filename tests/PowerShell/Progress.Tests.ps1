BeforeAll {
    $manifest = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../BatchOps.psd1")

    # Runs a script in a session of its own. Its items wait for $gate, which opens when the progress records so far are
    # what the test waits for. Returns all records.
    function Watch-Run([string] $Script, [scriptblock] $Until) {
        $state = [initialsessionstate]::CreateDefault2()
        $state.ImportPSModule($manifest)
        $gate = [System.Threading.ManualResetEventSlim]::new()
        $shell = [powershell]::Create($state).AddScript("param(`$gate) $Script").AddArgument($gate)
        $records = $shell.Streams.Progress
        $null = Register-ObjectEvent $records DataAdded -SourceIdentifier progress
        try {
            $call = $shell.BeginInvoke()
            while ($Until -and -not (& $Until @($records))) {
                Wait-Event progress -Timeout 15 | Select-Object -First 1 | Remove-Event
                if (-not (Get-Event progress -ErrorAction Ignore) -and $call.IsCompleted) { break }
            }
            $gate.Set()
            if (-not $call.AsyncWaitHandle.WaitOne(20000)) { throw 'The run did not end.' }
            try { $null = $shell.EndInvoke($call) } catch { }
            , @($records)
        }
        finally {
            Unregister-Event progress
            Get-Event progress -ErrorAction Ignore | Remove-Event
            $gate.Set()
            $shell.Dispose()
        }
    }

    $held = '{ if (-not ($using:gate).Wait(20000, $BatchItem.CancellationToken)) { throw "The gate was never opened." } }'

    function Get-Bar([object[]] $Records) { $Records | Where-Object ParentActivityId -lt 0 }

    function Get-Child([object[]] $Records) { $Records | Where-Object ParentActivityId -ge 0 }
}

Describe 'Progress of a run in the pipeline' {
    It 'is one bar that says where the run stands and is taken away at the end' {
        $records = Watch-Run "1..4 | Invoke-ConcurrentBatch $held -ThrottleLimit 2" { param($r) (Get-Bar $r).StatusDescription -like '*2 running*' }
        $bar = Get-Bar $records
        $bar.ActivityId | Select-Object -Unique | Should -HaveCount 1
        $bar.Activity | Select-Object -Unique | Should -Be 'Invoke-ConcurrentBatch'
        $bar.StatusDescription -like '0/4, 0 failed, 2 running*' | Should -Not -BeNullOrEmpty
        $bar[-1].RecordType | Should -Be 'Completed'
        @($bar | Where-Object RecordType -eq Completed) | Should -HaveCount 1
    }

    It 'has a bar for each item at work, by index and text, and takes all of them away' {
        $records = Watch-Run "'alpha', 'beta', 'gamma' | Invoke-ConcurrentBatch $held -ThrottleLimit 3" { param($r) @(Get-Child $r | Group-Object Activity).Count -ge 3 }
        $children = Get-Child $records
        $children | Where-Object RecordType -eq Processing | ForEach-Object Activity | Sort-Object -Unique | Should -Be '#0 alpha', '#1 beta', '#2 gamma'
        $children.ParentActivityId | Select-Object -Unique | Should -Be (Get-Bar $records)[0].ActivityId
        foreach ($group in $records | Group-Object ActivityId) { $group.Group[-1].RecordType | Should -Be 'Completed' }
    }

    It 'has at most ten of them' {
        $records = Watch-Run "1..30 | Invoke-ConcurrentBatch $held -ThrottleLimit 10" { param($r) @(Get-Child $r | Group-Object ActivityId).Count -ge 10 }
        @(Get-Child $records | Group-Object ActivityId) | Should -HaveCount 10
    }

    It 'has none while more than ten run' {
        $full = { param($r) $r | Where-Object StatusDescription -like '*11 running*' }
        $records = Watch-Run "1..30 | Invoke-ConcurrentBatch $held -ThrottleLimit 11" { param($r) @(& $full $r).Count -ge 3 }
        # What is at work is looked at before the bar is written, so its first such line may stand between two states.
        $first, $last = (& $full $records)[1, -1].ForEach{ [array]::IndexOf($records, $_) }
        $last | Should -BeGreaterThan $first
        Get-Child $records[$first..$last] | Where-Object RecordType -eq Processing | Should -BeNullOrEmpty
    }

    It 'shows percent when the input has ended, or when -TotalCount tells how many will come' {
        $all = Watch-Run "1..4 | Invoke-ConcurrentBatch { if (`$_ -gt 2) { `$null = (`$using:gate).Wait(20000) } } -ThrottleLimit 4" { param($r) (Get-Bar $r).PercentComplete -contains 50 }
        (Get-Bar $all).PercentComplete | Should -Contain 50
        (Get-Bar $all).StatusDescription -like '2/4,*' | Should -Not -BeNullOrEmpty

        # Nothing is shown while the upstream command holds the pipeline; its next object brings the bar up.
        $told = Watch-Run ('& { 1..2; Start-Sleep -Milliseconds 500; 3 } | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 20; $_ } -TotalCount 8') $null
        (Get-Bar $told)[0].StatusDescription | Should -BeLike '2/8,*'
        (Get-Bar $told)[0].PercentComplete | Should -Be 25
    }

    It 'counts failures and says that items run one at a time' {
        $records = Watch-Run '1..3 | Invoke-ConcurrentBatch { if ($_ -eq 1) { throw "no" } $null = ($using:gate).Wait(20000) } -Sequential -ErrorAction SilentlyContinue' {
            param($r) (Get-Bar $r).StatusDescription -like '1/3*'
        }
        (Get-Bar $records).StatusDescription -like '1/3, 0 ok, 1 failed, 1 running*one at a time' | Should -Not -BeNullOrEmpty
    }

    It 'fits 80 columns' {
        $records = Watch-Run "1..4 | ForEach-Object { 'x' * 200 } | Invoke-ConcurrentBatch $held -ThrottleLimit 2" { param($r) Get-Child $r }
        foreach ($record in $records) {
            "$($record.Activity) [$($record.StatusDescription)]".Length | Should -BeLessThan 80
        }
    }

    It 'is updated at most five times a second' {
        $script = '$clock = [System.Diagnostics.Stopwatch]::StartNew(); 1..60 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 20 } -ThrottleLimit 2; Write-Progress -Id 1 -Activity $clock.Elapsed.TotalMilliseconds'
        $records = Watch-Run $script $null
        $elapsed = [double] ($records | Where-Object ActivityId -eq 1).Activity
        $updates = @(Get-Bar $records | Where-Object { $_.ActivityId -ne 1 -and $_.RecordType -eq 'Processing' })
        $updates | Should -Not -BeNullOrEmpty
        $updates.Count | Should -BeLessOrEqual ($elapsed / 200 + 1)
    }

    It 'is quiet when $ProgressPreference says so: <_>' -ForEach 'SilentlyContinue', 'Ignore' {
        $records = Watch-Run "`$ProgressPreference = '$_'; 1..4 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 300 } -ThrottleLimit 2" $null
        $records | Should -BeNullOrEmpty
    }

    It 'is taken away when the run ends early: <Name>' -ForEach @(
        @{ Name = 'by -ErrorAction Stop'; Tail = '-ErrorAction Stop' }
        @{ Name = 'by the end of the pipeline'; Tail = '| Select-Object -First 1' }
    ) {
        $records = Watch-Run "1..4 | Invoke-ConcurrentBatch { if (`$_ -eq 1) { `$null = (`$using:gate).Wait(20000); 'out'; throw 'no' } `$null = (`$using:gate).Wait(20000); 'out' } -ThrottleLimit 4 $Tail" { param($r) Get-Bar $r }
        foreach ($group in $records | Group-Object ActivityId) { $group.Group[-1].RecordType | Should -Be 'Completed' }
    }

    It 'two runs in one pipeline have a bar each' {
        $records = Watch-Run "1..4 | Invoke-ConcurrentBatch { `$_ } | Invoke-ConcurrentBatch $held -ThrottleLimit 2; 1 | Invoke-ConcurrentBatch { Start-Sleep -Milliseconds 500 }" { param($r) (Get-Bar $r).StatusDescription -like '*2 running*' }
        @(Get-Bar $records | Group-Object ActivityId).Count | Should -BeGreaterOrEqual 2
    }
}

Describe 'Progress of a job' {
    BeforeAll { Import-Module $manifest -Force }

    AfterEach { Get-Job | Remove-Job -Force }

    It 'is one bar in the job''s Progress stream, completed at the end' {
        $job = 1..3 | Invoke-ConcurrentBatch { $_ } -AsJob | Wait-Job -Timeout 20
        $job.Progress | ForEach-Object ActivityId | Select-Object -Unique | Should -HaveCount 1
        $job.Progress[-1].RecordType | Should -Be 'Completed'
        @($job.Progress | Where-Object RecordType -eq Completed) | Should -HaveCount 1
    }

    It 'counts against -TotalCount while the input is still coming' {
        $upstream = {
            1; 2
            $progress = (Get-Job).Progress
            $null = Register-ObjectEvent $progress DataAdded -SourceIdentifier job
            while (-not ($progress | Where-Object StatusDescription -like '2/*')) {
                $news = Wait-Event job -Timeout 15
                if (-not $news) { break }
                $news | Remove-Event
            }
            Unregister-Event job
            Get-Event job -ErrorAction Ignore | Remove-Event
            3
        }
        $job = & $upstream | Invoke-ConcurrentBatch { $_ } -AsJob -TotalCount 8 | Wait-Job -Timeout 20
        $early = $job.Progress | Where-Object StatusDescription -like '2/*' | Select-Object -First 1
        $early.StatusDescription | Should -BeLike '2/8,*'
        $early.PercentComplete | Should -Be 25
    }

    It 'jobs that run at once have bars of their own' {
        $jobs = foreach ($i in 1, 2) { 1 | Invoke-ConcurrentBatch { $_ } -AsJob }
        $null = Wait-Job $jobs -Timeout 20
        $jobs.ForEach{ $_.Progress[0].ActivityId } | Select-Object -Unique | Should -HaveCount 2
    }
}
