-- ratios and means of every cut, from its sums
with sums as (

    select
        sums.*,
        max(case when sums.row_kind = 'total' then sums.visits end)
            over (partition by sums.region, sums.period, sums.fund, sums.cut) as visits_of_all,
        insured.insured,
        insured.earlier_insured,
        {% for earlier in ['', 'earlier_'] %}
        sums.{{ earlier }}basic_paid
        + case when parameters.total_counts_serious then sums.{{ earlier }}serious_paid else 0 end
        + case when parameters.total_counts_assistance then sums.{{ earlier }}assistance_paid else 0 end as {{ earlier }}total_paid,
        {% endfor %}
        parameters.basic_segment_covers,
        parameters.mean_of_none,
        parameters.growth_from_zero,
        parameters.growth_of_none
    from {{ ref('int_operations__inpatient_sums') }} as sums
    inner join {{ ref('dim_report_parameters') }} as parameters
        on sums.region = parameters.region
        and sums.fund = parameters.fund
    left join {{ ref('int_operations__insured') }} as insured
        on sums.region = insured.region
        and sums.period = insured.period
        and sums.fund = insured.fund

),

ratios as (

    select
        *,
        {{ mean('100 * visits', 'visits_of_all', 'sums') }} as visits_share,
        {% for earlier in ['', 'earlier_'] %}
        {{ mean('100 * ' ~ earlier ~ 'visits', earlier ~ 'insured', 'sums') }} as {{ earlier }}hospitalisation_rate,
        {{ mean(earlier ~ 'total_cost', earlier ~ 'visits', 'sums') }} as {{ earlier }}cost_per_visit,
        {{ mean('100 * ' ~ earlier ~ 'total_paid', earlier ~ 'total_cost', 'sums') }} as {{ earlier }}actual_ratio,
        {{ mean('100 * ' ~ earlier ~ 'total_paid', earlier ~ 'policy_cost', 'sums') }} as {{ earlier }}policy_ratio,
        {{ mean('100 * case when basic_segment_covers = \'total\' then ' ~ earlier ~ 'total_paid else ' ~ earlier ~ 'basic_paid end',
            earlier ~ 'total_cost', 'sums') }} as {{ earlier }}basic_segment_ratio,
        {{ mean('100 * ' ~ earlier ~ 'own_expense', earlier ~ 'total_cost', 'sums') }} as {{ earlier }}out_of_catalogue_share,
        {{ mean(earlier ~ 'bed_days', earlier ~ 'visits', 'sums') }} as {{ earlier }}mean_bed_days{{ ',' if not loop.last }}
        {% endfor %}
    from sums

)

select
    region,
    period,
    earlier_period,
    fund,
    'inpatient' as benefit_category,
    cut,
    case cut when 'care_area' then ancestor when 'institution' then 'in_county' else 'all' end as care_area,
    case cut when 'institution_level' then ancestor else 'all' end as institution_level,
    case cut when 'institution' then ancestor else 'all' end as institution,
    row_kind,
    insured,
    visits_share,
    {% for measure in ['visits', 'bed_days', 'total_cost', 'policy_cost', 'basic_paid', 'serious_paid', 'assistance_paid', 'total_paid',
        'cost_per_visit', 'mean_bed_days'] %}
    {{ compared(measure, parameters='ratios') }},
    {% endfor %}
    {% for measure in ['hospitalisation_rate', 'actual_ratio', 'policy_ratio', 'basic_segment_ratio', 'out_of_catalogue_share'] %}
    {{ compared(measure, with_growth=false) }}{{ ',' if not loop.last }}
    {% endfor %}
from ratios
