import type { Dice } from '../dice.ts'
import type { GoodsKind } from '../goods/goods.ts'
import { grammar, say } from './grammar.ts'

const REVIEWS = grammar(`
start
  收到了，包装完好， | 第二次买， | 同事推荐的， | 物流三天， | 犹豫了一周下的单， | 看了不少家才选的， | 晚上下单第三天到， | 给家里买的， | 双十一囤的， | 比实体店便宜点， | 快递员放门口了， | 朋友家用的也是这个， | 之前那个坏了换的， | 头一回在这家买， | 说实话一般般， | 客服回复慢了点， | 整体还行，
end
  会回购。 | 先用一阵再说。 | 追评见下个月。 | 五星给物流。 | 扣一星因为包装。 | 没啥可挑的。 | 介意色差的别买。 | 值这个价。 | 性价比可以。 | 下次等活动再买。 | 推荐给邻居了。 | 希望质量一直这样。 | 不满意但懒得退。 | 就是发货慢。 | 和描述一致。
bare
  还行。 | 不错 | 一般 | 满意 | 东西收到了，没问题。 | 好用 | 先给好评，用了再追加 | 凑合 | 可以的 | 有点失望，和想的不一样 | 挺好的，谢谢店家 | 发错颜色了，换货中
`)

/** What an ordinary buyer writes about goods of a kind. */
export function reviewText(kind: GoodsKind, dice: Dice): string {
  if (dice.chance(0.15)) return say(REVIEWS, 'bare', dice)
  const middle = dice.pick(kind.buyers)
  const form = dice.below(4)
  if (form === 0) return middle
  if (form === 1) return say(REVIEWS, 'start', dice) + middle
  if (form === 2) return middle + say(REVIEWS, 'end', dice)
  return say(REVIEWS, 'start', dice) + middle + say(REVIEWS, 'end', dice)
}
